import Tensors

/// Keeps earlier fakes for a discriminator to see again, against oscillation (Shrivastava et al. 2017). Once it is
/// full, each new image is exchanged for a random kept one with probability 1/2.
public struct ImagePool: Sendable {
  /// How many images it keeps; with 0, every image passes through.
  public let capacity: Int
  /// `[1, H, W, C]` each: what a checkpoint must hold.
  public var images: [NDArray]

  public init(capacity: Int) {
    self.capacity = capacity
    images = []
  }

  /// The batch of fakes with some of them exchanged for older ones. `random` must be this step's and this pool's own.
  public mutating func exchange(_ fakes: Tensor, random: Random) -> Tensor {
    if capacity == 0 { return fakes.detached }
    // A resumed run may have other sizes than the one that filled it.
    images.removeAll { $0.shape.dimensions.dropFirst() != fakes.shape.dimensions.dropFirst() }
    let chosen = withoutGradients {
      (0..<fakes.shape[0]).map { index in
        Tensor(exchange(fakes.sliced(axis: 0, range: index..<index + 1).value, random: random, index: index))
      }
    }
    return chosen.count == 1 ? chosen[0] : concatenated(chosen, axis: 0)
  }

  private mutating func exchange(_ image: NDArray, random: Random, index: Int) -> NDArray {
    if images.count < capacity {
      images.append(image)
      return image
    }
    guard random.uniform(at: 2 * index) < 0.5 else { return image }
    let slot = random.integer(in: 0..<capacity, at: 2 * index + 1)
    defer { images[slot] = image }
    return images[slot]
  }
}
