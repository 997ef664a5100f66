import Layers
import Models
import Tensors

/// What goes wrong in a run, on purpose.
enum Sabotage: String, Codable, Sendable, CaseIterable {
  case none
  // Of the generators' outputs.
  case constant, inverted, tinted, checkerboard, frame
  // Of what is learnt.
  case frozenGenerators, zeroedGradients, vanishingGradients, burstingGradients, plantedNaN
}

/// A generator that begins as little more than the identity, and spoils what it makes.
struct SabotagedNetwork: TranslationNetwork {
  struct Configuration: GeneratorConfiguration {
    var inputChannels = 3, outputChannels = 3
    var sabotage = Sabotage.none

    init() {}
  }

  static let name = "sabotaged"
  static var settings: [Setting<Configuration>] { [.choice("sabotage", \.sabotage)] }

  let configuration: Configuration
  let first = Conv2D(3, 3, kernel: 3, padding: 1)

  init(_ configuration: Configuration) {
    self.configuration = configuration
  }

  func callAsFunction(_ input: Tensor) -> Tensor {
    let output = input + first(input)
    switch configuration.sabotage {
    case .constant: return output * 0 + 0.2
    case .inverted: return -output
    case .tinted: return output + Tensor(NDArray([0.9, -0.9, 0], shape: [1, 1, 1, 3]))
    case .checkerboard: return Self.enlarged(output.averagePooled(window: 2))
    case .frame: return output + Self.frame(output.shape)
    default: return output
    }
  }

  /// A transposed convolution whose kernel of 3 covers the pixels of a stride of 2 once, twice or four times.
  private static func enlarged(_ half: Tensor) -> Tensor {
    var weight = NDArray(repeating: 0, shape: [3, 3, 3, 3])
    weight.withMutableHostMemory { values in
      for place in 0..<9 {
        for channel in 0..<3 { values[place * 9 + channel * 4] = 4 / 9 }
      }
    }
    return half.transposeConvolved(
      with: Tensor(weight), stride: Size(2), padding: Padding(1), outputPadding: Size(1))
  }

  private static func frame(_ shape: Shape) -> Tensor {
    let (height, width) = (shape[1], shape[2])
    let values = (0..<height * width).map { place -> Float in
      let (row, column) = (place / width, place % width)
      return min(row, column, height - 1 - row, width - 1 - column) < 2 ? 0.9 : 0
    }
    return Tensor(NDArray(values, shape: [1, height, width, 1]))
  }

  static func sizeMultiple(of configuration: Configuration) -> Int { 2 }
  var valuesPerPixel: Int { 9 }
}
