import Tensors

/// 2-D convolution, `[N, H, W, inputChannels] -> [N, H', W', outputChannels]`, with zero padding.
///
/// In groups, each run of output channels is made of one run of input channels; with a group for each input channel, the
/// convolution is depthwise.
public struct Conv2D: Layer {
  /// `[kernelHeight, kernelWidth, inputChannels / groups, outputChannels]`, zero until initialised.
  public let weight: Parameter
  /// `[outputChannels]`.
  public let bias: Parameter?
  private let stride: Int, dilation: Int, groups: Int
  private var padding: ZeroPadding

  /// - Parameters:
  ///   - padding: rows and columns of zeros on each side.
  ///   - dilation: the distance in pixels between neighbouring values that the kernel reads.
  ///   - shuffle: the factor of the pixel shuffle that follows; 1 for none. The initial weights are then alike for all
  ///     pixels that it makes of one, so that both together begin as a nearest-neighbour enlargement. Independent
  ///     weights would begin as a grid, which training does not quite remove (Aitken et al. 2017).
  public init(
    _ inputChannels: Int, _ outputChannels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1, hasBias: Bool = true, shuffle: Int = 1
  ) {
    self.init(
      inputChannels, outputChannels, kernel: Size(kernel), stride: stride, padding: .fixed(Padding(padding)),
      dilation: dilation, groups: groups, hasBias: hasBias, shuffle: shuffle)
  }

  public init(
    _ inputChannels: Int, _ outputChannels: Int, kernel: Int, stride: Int = 1, padding: ZeroPadding, groups: Int = 1,
    hasBias: Bool = true, shuffle: Int = 1
  ) {
    self.init(
      inputChannels, outputChannels, kernel: Size(kernel), stride: stride, padding: padding, groups: groups,
      hasBias: hasBias, shuffle: shuffle)
  }

  public init(
    _ inputChannels: Int, _ outputChannels: Int, kernel: Size, stride: Int = 1, padding: ZeroPadding,
    dilation: Int = 1, groups: Int = 1, hasBias: Bool = true, shuffle: Int = 1
  ) {
    precondition(
      inputChannels % groups == 0 && outputChannels % groups == 0,
      "\(inputChannels) and \(outputChannels) channels do not fall into \(groups) groups")
    precondition(
      outputChannels % (shuffle * shuffle) == 0, "\(outputChannels) channels cannot be shuffled by \(shuffle)")
    weight = Parameter(
      repeating: 0, shape: [kernel.height, kernel.width, inputChannels / groups, outputChannels],
      role: .weight, repeats: shuffle * shuffle)
    bias = hasBias ? Parameter(repeating: 0, shape: [outputChannels], role: .bias) : nil
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    convolve(input, weight: weight.tensor, bias: bias?.tensor)
  }

  /// The convolution plus an addend of its output's shape, which takes no pass over memory of its own.
  public func callAsFunction(_ input: Tensor, adding addend: Tensor) -> Tensor {
    guard groups == 1 else { return self(input) + addend }
    return input.convolved(
      with: weight.tensor, bias: bias?.tensor, stride: Size(stride), padding: padding(of: size(of: input)),
      dilation: Size(dilation), adding: addend)
  }

  private func convolve(_ input: Tensor, weight: Tensor, bias: Tensor?) -> Tensor {
    input.convolved(
      with: weight, bias: bias, groups: groups, stride: Size(stride), padding: padding(of: size(of: input)),
      dilation: Size(dilation))
  }

  private func size(of input: Tensor) -> Size { Size(height: input.shape[1], width: input.shape[2]) }

  private func padding(of input: Size) -> Padding { padding.padding(of: input, kernel: reach, stride: stride) }
}

extension Conv2D: FoldableConvolution {
  package func callAsFunction(_ input: Tensor, scaledBy factor: Tensor, plus addend: Tensor) -> Tensor {
    convolve(
      input, weight: weight.tensor * factor, bias: bias.map { $0.tensor * factor + addend } ?? addend)
  }

  /// Convolutions in groups, and those with a dilation, gather none.
  package func gatheringMoments(_ input: Tensor) -> Tensor {
    if groups > 1 || dilation > 1 { return self(input) }
    return input.convolvedGatheringMoments(
      with: weight.tensor, bias: bias?.tensor, stride: Size(stride), padding: padding(of: size(of: input)))
  }
}

extension Conv2D: RowwiseConvolution {
  /// The pixels from the first to the last that the kernel reads, along each axis.
  private var reach: Size {
    Size(height: dilation * (weight.shape[0] - 1) + 1, width: dilation * (weight.shape[1] - 1) + 1)
  }

  package var outputChannels: Int { weight.shape[3] }

  package func outputSize(for input: Size) -> Size {
    let padding = padding(of: input)
    return Size(
      height: (input.height + padding.top + padding.bottom - reach.height) / stride + 1,
      width: (input.width + padding.left + padding.right - reach.width) / stride + 1)
  }

  package func inputRows(for rows: Range<Int>) -> Range<Int> {
    rows.lowerBound * stride - rowwisePadding.top..<(rows.upperBound - 1) * stride - rowwisePadding.top
      + reach.height
  }

  package func limited(to rows: Range<Int>) -> Conv2D {
    var (part, padding) = (self, rowwisePadding)
    (padding.top, padding.bottom) = (0, 0)
    part.padding = .fixed(padding)
    return part
  }

  /// SAME padding of a stride depends on the image's size, which a strip does not show.
  private var rowwisePadding: Padding {
    precondition(padding != .same || stride == 1, "SAME padding of stride \(stride) is not for strips of an image")
    return padding(of: reach)
  }

  package func cost(for input: Size) -> Double {
    ConvolutionCost.convolution(
      of: input, weight: weight.shape, groups: groups, stride: Size(stride), padding: padding(of: input),
      dilation: Size(dilation))
  }
}
