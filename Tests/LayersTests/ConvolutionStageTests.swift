import Layers
import Tensors
import TestSupport
import Testing

@Suite struct ConvolutionStageTests {
  private enum Form: CaseIterable {
    case padded, reflected, strided, stridedByEven, enlarged, transposed, transposedByEven, winograd, enlargingWinograd
    case halved, doubled, depthwise

    /// The stage for an input of `channels` channels.
    var stage: ConvolutionStage {
      switch self {
      case .padded: ConvolutionStage(Conv2D(3, 5, kernel: 3, padding: 1), then: ReLU())
      case .reflected: ConvolutionStage(reflection: 3, Conv2D(3, 5, kernel: 7), then: Tanh())
      case .strided: ConvolutionStage(Conv2D(3, 5, kernel: 3, stride: 2, padding: 1), then: nil)
      case .stridedByEven: ConvolutionStage(Conv2D(3, 5, kernel: 4, stride: 2, padding: 1), then: nil)
      case .enlarged: ConvolutionStage(enlargement: 2, reflection: 1, Conv2D(3, 5, kernel: 3), then: BatchNorm2D(5))
      case .transposed:
        ConvolutionStage(
          ConvTranspose2D(3, 5, kernel: 3, stride: 2, padding: 1, outputPadding: 1), then: BatchNorm2D(5))
      case .transposedByEven: ConvolutionStage(ConvTranspose2D(3, 5, kernel: 4, stride: 2, padding: 1), then: nil)
      case .winograd: ConvolutionStage(reflection: 1, Conv2D(16, 16, kernel: 3), then: nil)
      case .enlargingWinograd:
        ConvolutionStage(ConvTranspose2D(16, 16, kernel: 3, stride: 2, padding: 1, outputPadding: 1), then: nil)
      case .halved: ConvolutionStage(reflection: 1, Blur2D(3, stride: 2), then: ReLU())
      case .depthwise: ConvolutionStage(reflection: 1, Conv2D(3, 3, kernel: 3, groups: 3), then: BatchNorm2D(3))
      case .doubled: ConvolutionStage(enlargement: 2, reflection: 1, Blur2D(3), then: nil)
      }
    }

    var channels: Int { self == .winograd || self == .enlargingWinograd ? 16 : 3 }
  }

  @Test(arguments: Form.allCases) private func stripsEqualTheWhole(form: Form) {
    let stage = form.stage
    Initializer.normal(deviation: 0.3).initialize(
      Sequential([stage.convolution] + [stage.last].compactMap { $0 }), seed: 1, purpose: "test")
    let input = Tensor(randomValues(shape: [1, 37, 21, form.channels], "input"))
    withoutGradients {
      let whole = stage(input)
      let size = stage.outputSize(for: Size(height: 37, width: 21))
      #expect(whole.shape == [1, size.height, size.width, stage.outputChannels])
      for height in [1, 5, 8, 16, size.height] {
        for first in stride(from: 0, to: size.height, by: height) {
          let rows = first..<min(size.height, first + height)
          let needed = stage.inputRows(for: rows, height: 37)
          let strip = stage(
            input.sliced(axis: 1, range: needed), first: needed.lowerBound, height: 37, rows: rows)
          expectClose(
            strip.value, whole.sliced(axis: 1, range: rows).value, tolerance: 1e-5, scale: 1, "\(form) \(rows)")
        }
      }
    }
  }

  /// An instance norm with the whole image's statistics, gathered strip by strip, is the same from many strips as from
  /// one.
  @Test(arguments: [1, 4, 13, 40]) func statisticsAreThoseOfTheWhole(height: Int) {
    let values = Tensor(randomValues(shape: [1, 40, 23, 7], "input")) * 0.01 + 5
    let norm = InstanceNorm2D(negativeSlope: 0.2)
    var moments = ImageMoments()
    for first in stride(from: 0, to: 40, by: height) {
      moments.add(values.sliced(axis: 1, range: first..<min(40, first + height)))
    }
    expectClose(norm(values, by: moments).value, norm(values).value, tolerance: 1e-5, "\(height) rows")
  }

  /// The map that pads, enlarges and blurs at once is that of the three in turn, and bilinear interpolation.
  @Test func doublingIsBilinear() {
    let input = Tensor(randomValues(shape: [2, 5, 7, 3], "input"))
    let doubled = ConvolutionStage(enlargement: 2, reflection: 1, Blur2D(3), then: nil)(input)
    expectClose(doubled.value, input.upsampledBilinear(by: 2).value, tolerance: 1e-6, "doubled")
    let halved = ConvolutionStage(reflection: 1, Blur2D(3, stride: 2), then: nil)(input)
    expectClose(halved.value, input.blurred(stride: 2, padding: 1).value, tolerance: 1e-6, "halved")
  }
}
