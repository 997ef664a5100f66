import Tensors

/// Augmentation of what a discriminator sees, real and fake images alike, through which gradients pass to the generator
/// (Zhao et al. 2020, "Differentiable augmentation for data-efficient GAN training").
///
/// A discriminator then learns a small domain by heart much later, and the generator does not learn the augmentation,
/// because it sees it in the real images as well.
public struct DifferentiableAugmentation: Sendable, Equatable {
  /// Changes of brightness by up to half of the range 0...1 of a pixel's distance from gray, of saturation by a factor of
  /// 0 to 2, and of contrast by one of 0.5 to 1.5.
  public var color: Bool
  /// Shifts of up to an eighth of the image, with zeros from outside.
  public var translation: Bool
  /// A square of half the image's side is zeroed.
  public var cutout: Bool

  public init(color: Bool = false, translation: Bool = false, cutout: Bool = false) {
    self.color = color
    self.translation = translation
    self.cutout = cutout
  }

  /// What is done to one image.
  public struct Change: Sendable, Equatable {
    /// Added to all values.
    public var brightness: Float = 0
    /// The factor of each value's distance from its pixel's mean.
    public var saturation: Float = 1
    /// The factor of each value's distance from the image's mean.
    public var contrast: Float = 1
    /// Each pixel becomes the one so far below and to its right.
    public var shift = (rows: 0, columns: 0)
    /// What is zeroed; empty for nothing.
    public var hole = (rows: 0..<0, columns: 0..<0)

    public init() {}

    public static func == (left: Self, right: Self) -> Bool {
      left.brightness == right.brightness && left.saturation == right.saturation && left.contrast == right.contrast
        && left.shift == right.shift && left.hole == right.hole
    }
  }

  /// - Parameters:
  ///   - images: for how many images changes are drawn.
  ///   - first: the place of the first among all whose changes `random` draws.
  ///   - size: the images' size.
  ///   - probability: of each kind of change, for each image.
  public func changes(
    images: Int, from first: Int = 0, size: Size, probability: Float, random: Random
  ) -> [Change] {
    (first..<first + images).map { image in
      change(size: size, probability: probability, random: random, from: image * Draw.allCases.count)
    }
  }

  private enum Draw: Int, CaseIterable {
    case happens, brightness, saturation, contrast, shiftRows, shiftColumns, holeRow, holeColumn
  }

  private func change(size: Size, probability: Float, random: Random, from first: Int) -> Change {
    var change = Change()
    let happens = random.uniforms(at: first + Draw.happens.rawValue)
    func uniform(_ draw: Draw) -> Float { random.uniform(at: first + draw.rawValue) }
    func integer(_ draw: Draw, _ range: Range<Int>) -> Int { random.integer(in: range, at: first + draw.rawValue) }
    if color, happens.x < probability {
      change.brightness = uniform(.brightness) - 0.5
      change.saturation = 2 * uniform(.saturation)
      change.contrast = 0.5 + uniform(.contrast)
    }
    if translation, happens.y < probability {
      let (rows, columns) = (Self.rounded(size.height, by: 8), Self.rounded(size.width, by: 8))
      change.shift = (integer(.shiftRows, -rows..<rows + 1), integer(.shiftColumns, -columns..<columns + 1))
    }
    if cutout, happens.z < probability {
      func hole(_ draw: Draw, _ length: Int) -> Range<Int> {
        let side = Self.rounded(length, by: 2)
        let start = integer(draw, 0..<length + 1 - side % 2) - side / 2
        return max(0, start)..<min(length, start + side)
      }
      change.hole = (hole(.holeRow, size.height), hole(.holeColumn, size.width))
    }
    return change
  }

  private static func rounded(_ length: Int, by divisor: Int) -> Int { (2 * length + divisor) / (2 * divisor) }
}

extension Tensor {
  /// Images `[N, H, W, C]` with a change for each. Gray ones have no saturation to change.
  ///
  /// - Parameter channels: how many belong to each of the images that lie one behind the other in `C`, each with colours of
  ///   its own, 1 or 3; if nil, every three, and if `C` is not a multiple of 3, colours stay.
  public func changed(_ changes: [DifferentiableAugmentation.Change], channels: [Int]? = nil) -> Tensor {
    precondition(changes.count == shape[0], "\(changes.count) changes for images of shape \(shape)")
    precondition(
      channels.map { $0.reduce(0, +) == shape[3] } ?? true, "images of channels \(channels ?? []) in shape \(shape)")
    return colored(changes, channels).shifted(changes).holed(changes)
  }

  private func colored(_ changes: [DifferentiableAugmentation.Change], _ channels: [Int]?) -> Tensor {
    let channels = channels ?? (shape[3] % 3 == 0 ? Array(repeating: 3, count: shape[3] / 3) : [])
    guard !channels.isEmpty,
      changes.contains(where: { $0.brightness != 0 || $0.saturation != 1 || $0.contrast != 1 })
    else { return self }
    func each(_ value: (DifferentiableAugmentation.Change) -> Float) -> Tensor {
      Tensor(NDArray(changes.map(value), shape: [changes.count, 1, 1, 1]))
    }
    let (brightness, saturation, contrast) = (each(\.brightness), each(\.saturation), each(\.contrast))
    var first = 0
    let images = channels.map { count in
      var image = count == shape[3] ? self : sliced(axis: 3, range: first..<first + count)
      first += count
      image = image + brightness
      if count > 1 {
        let gray = image.mean(axes: [3], keepingDimensions: true)
        image = (image - gray) * saturation + gray
      }
      let mean = image.mean(axes: [1, 2, 3], keepingDimensions: true)
      return (image - mean) * contrast + mean
    }
    return images.count == 1 ? images[0] : concatenated(images, axis: 3)
  }

  private func shifted(_ changes: [DifferentiableAugmentation.Change]) -> Tensor {
    guard changes.contains(where: { $0.shift != (0, 0) }) else { return self }
    func sources(_ length: Int, _ shift: Int) -> [Int] {
      (0..<length).map { (0..<length).contains($0 + shift) ? $0 + shift : -1 }
    }
    let images = changes.enumerated().map { index, change in
      sliced(axis: 0, range: index..<index + 1).gathered(
        rows: sources(shape[1], change.shift.rows), columns: sources(shape[2], change.shift.columns))
    }
    return images.count == 1 ? images[0] : concatenated(images, axis: 0)
  }

  private func holed(_ changes: [DifferentiableAugmentation.Change]) -> Tensor {
    guard changes.contains(where: { !$0.hole.rows.isEmpty && !$0.hole.columns.isEmpty }) else { return self }
    let (height, width) = (shape[1], shape[2])
    var kept = [Float](repeating: 1, count: changes.count * height * width)
    for (index, change) in changes.enumerated() {
      for row in change.hole.rows {
        for column in change.hole.columns { kept[(index * height + row) * width + column] = 0 }
      }
    }
    return self * Tensor(NDArray(kept, shape: [changes.count, height, width, 1]))
  }
}
