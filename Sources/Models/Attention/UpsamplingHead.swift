import Layers
import Tensors

/// What makes the output of an attention network's features, in the forms that SwinIR and the networks after it share.
public struct UpsamplingHead: Layer {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Pixel shuffles by 2, or one by 3, between convolutions: for images reduced in a known way.
    case stepwise
    /// One convolution and pixel shuffle: for small networks.
    case direct
    /// Pixels repeated, then convolutions: for images as people have them.
    case nearest
    /// None: what one convolution makes of the features is added to the input, which is restored at its own size.
    case none
  }

  struct Plan {
    var kind: Kind
    /// The channels of the features, while images are enlarged, and of the output.
    var width: Int, innerWidth: Int, outputChannels: Int
    var scale: Int
  }

  /// Before the enlargement; nil where features are enlarged at once, or not enlarged.
  public let first: Conv2D?
  public let upsampling: [Conv2D]
  /// After enlarging by repeating pixels.
  public let refinement: Conv2D?
  public let last: Conv2D?
  private let plan: Plan

  init(_ plan: Plan) {
    let (inner, channels) = (plan.innerWidth, plan.outputChannels)
    self.plan = plan
    first = plan.hasSteps ? Conv2D(plan.width, inner, kernel: 3, padding: 1) : nil
    upsampling =
      switch plan.kind {
      case .stepwise: plan.steps.map { Conv2D(inner, inner * $0 * $0, kernel: 3, padding: 1, shuffle: $0) }
      case .direct:
        [Conv2D(plan.width, channels * plan.scale * plan.scale, kernel: 3, padding: 1, shuffle: plan.scale)]
      case .nearest: plan.steps.map { _ in Conv2D(inner, inner, kernel: 3, padding: 1) }
      case .none: []
      }
    refinement = plan.kind == .nearest ? Conv2D(inner, inner, kernel: 3, padding: 1) : nil
    last = plan.kind == .direct ? nil : Conv2D(plan.hasSteps ? inner : plan.width, channels, kernel: 3, padding: 1)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    var x = first?(input).leakyRectified(slope: 0.01) ?? input
    for convolution in upsampling {
      switch plan.kind {
      case .nearest: x = convolution(x.upsampledNearest(by: 2)).leakyRectified(slope: 0.2)
      case .direct: x = convolution(x).pixelShuffled(by: plan.scale)
      case .stepwise, .none: x = convolution(x).pixelShuffled(by: plan.scale == 3 ? 3 : 2)
      }
    }
    if let refinement { x = refinement(x).leakyRectified(slope: 0.2) }
    return last?(x) ?? x
  }
}

extension UpsamplingHead.Plan {
  var hasSteps: Bool { kind == .stepwise || kind == .nearest }

  /// The factors by which the scale is reached in steps.
  var steps: [Int] { scale == 3 ? [3] : (0..<4).filter { scale >> $0 > 1 }.map { _ in 2 } }

  /// The radius of all convolutions, rounded up to whole pixels of the input.
  var radius: Int { hasSteps ? 3 : 1 }

  /// The most values per input pixel that are alive at once.
  var valuesPerPixel: Int {
    switch kind {
    case .stepwise, .nearest: 3 * innerWidth * scale * scale
    case .direct: width + 2 * outputChannels * scale * scale
    case .none: width + 3 * outputChannels
    }
  }

  /// The scales that a kind can have.
  static func scales(of kind: UpsamplingHead.Kind) -> [Int] {
    switch kind {
    case .stepwise: [2, 3, 4, 8]
    case .direct: Array(1...8)
    case .nearest: [2, 4, 8]
    case .none: [1]
    }
  }

  /// The names that SwinIR and the networks after it give the head's tensors.
  func keys(_ path: String) -> [TensorKey] {
    switch kind {
    case .none: return TensorKey.convolution("\(path).last", "conv_last", width, outputChannels)
    case .direct:
      return TensorKey.convolution("\(path).upsampling.0", "upsample.0", width, outputChannels * scale * scale)
    case .stepwise, .nearest:
      let steps = steps.enumerated().flatMap { index, factor in
        kind == .stepwise
          ? TensorKey.convolution(
            "\(path).upsampling.\(index)", "upsample.\(2 * index)", innerWidth, innerWidth * factor * factor)
          : TensorKey.convolution("\(path).upsampling.\(index)", "conv_up\(index + 1)", innerWidth, innerWidth)
      }
      return TensorKey.convolution("\(path).first", "conv_before_upsample.0", width, innerWidth) + steps
        + (kind == .nearest ? TensorKey.convolution("\(path).refinement", "conv_hr", innerWidth, innerWidth) : [])
        + TensorKey.convolution("\(path).last", "conv_last", innerWidth, outputChannels)
    }
  }

  /// What the tensors' shapes tell of a head.
  init(in tensors: TensorShapes, width: Int, inputChannels: Int) {
    self.init(kind: .none, width: width, innerWidth: 64, outputChannels: inputChannels, scale: 1)
    if let last = tensors.convolution("conv_last.weight", kernel: 3) { outputChannels = last.output }
    if let before = tensors.convolution("conv_before_upsample.0.weight", kernel: 3) {
      innerWidth = before.output
      let repeated = tensors.count { "conv_up\($0 + 1).weight" }
      kind = repeated > 0 ? .nearest : .stepwise
      let shuffled = tensors.count { "upsample.\(2 * $0).weight" }
      scale = 1 << min(RecognitionLimits.upsamplings, max(repeated, shuffled))
      let isByThree = shuffled == 1 && tensors["upsample.0.weight"]?.dimensions.first == 9 * innerWidth
      if repeated == 0, isByThree { scale = 3 }
    } else if let direct = tensors.convolution("upsample.0.weight", kernel: 3) {
      kind = .direct
      if let shuffle = RecognitionLimits.shuffle(of: direct.output, toChannels: [inputChannels, 3, 1]) {
        (scale, outputChannels) = shuffle
      }
    }
  }
}

/// DIV2K's mean colour, which many networks take from their input and add to their output.
enum MeanColor {
  /// A value for each channel; nil where it is 0.
  static func values(inputChannels: Int, outputChannels: Int) -> [Float]? {
    inputChannels == 3 && outputChannels == 3 ? [0.4488, 0.4371, 0.4040] : nil
  }

  static func tensor(inputChannels: Int, outputChannels: Int) -> Tensor {
    let values = values(inputChannels: inputChannels, outputChannels: outputChannels) ?? [0]
    return Tensor(NDArray(values, shape: [values.count]))
  }
}
