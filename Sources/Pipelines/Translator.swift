import Images
import Models
import Tensors

/// A generator over whole images of any size.
public struct Translator {
  private let generator: ResNetGenerator

  public init(_ generator: ResNetGenerator) {
    self.generator = generator
  }

  /// The image's translation: as large, with its alpha, bit depth and metadata; in colour, whatever it was before.
  ///
  /// Inside, the image is extended at its right and bottom by reflection to what the network takes, and cut back after.
  public func translate(_ image: Image) -> Image {
    let multiple = ResNetGenerator.sizeMultiple
    func extended(_ size: Int) -> Int {
      max(Self.smallestSize, (size + multiple - 1) / multiple * multiple)
    }
    let channels = generator.configuration.inputChannels
    let input = image.array(channels: channels)
      .extendedByReflection(height: extended(image.height), width: extended(image.width))
    let output = withoutGradients { generator(Tensor(input)) }
    var result = Image(array: output.value, metadata: image.metadata)
      .cropped(x: 0, y: 0, width: image.width, height: image.height)
    result.bitDepth = image.bitDepth
    return result.withAlpha(from: image)
  }

  /// Below this side the network's own reflections would reach past its activations.
  private static let smallestSize = 16
}

extension NDArray {
  /// `[N, H, W, C]` -> `[N, height, width, C]`: rows and columns beyond the last continue mirrored at it, and where the
  /// mirror image ends, mirrored again.
  func extendedByReflection(height: Int, width: Int) -> NDArray {
    precondition(
      shape.rank == 4 && height >= shape[1] && width >= shape[2], "\(shape) cannot be extended to \(height)x\(width)")
    guard height > shape[1] || width > shape[2] else { return self }
    let (count, rows, columns, channels) = (shape[0], shape[1], shape[2], shape[3])
    return withHostMemory { source in
      NDArray(shape: [count, height, width, channels]) { target in
        var next = 0
        for image in 0..<count {
          for y in 0..<height {
            let row = (image * rows + Self.reflected(y, size: rows)) * columns
            for x in 0..<width {
              let pixel = (row + Self.reflected(x, size: columns)) * channels
              for channel in 0..<channels {
                target[next] = source[pixel + channel]
                next += 1
              }
            }
          }
        }
      }
    }
  }

  /// 0, 1, …, size - 1, size - 2, …, 1, 0, 1, …
  private static func reflected(_ position: Int, size: Int) -> Int {
    guard size > 1 else { return 0 }
    let phase = position % (2 * (size - 1))
    return phase < size ? phase : 2 * (size - 1) - phase
  }
}
