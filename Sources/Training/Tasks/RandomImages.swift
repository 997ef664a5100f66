import Tensors

/// Random images for timing networks and training steps, the same in every run.
public enum RandomImages {
  /// `[batch, size, size, channels]` in -1...1.
  public static func array(_ name: String, batch: Int = 1, size: Int, channels: Int = 3) -> NDArray {
    let random = Random(seed: 1, purpose: "bench.\(name)")
    let shape: Shape = [batch, size, size, channels]
    return NDArray((0..<shape.count).map { 2 * random.uniform(at: $0) - 1 }, shape: shape)
  }
}
