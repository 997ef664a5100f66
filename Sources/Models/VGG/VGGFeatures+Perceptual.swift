import Tensors

extension VGGFeatures: PerceptualNetwork {
  public static let smallestSide = 16
  /// Of the first stage: the input, the output and the rectified output of a convolution.
  public var valuesPerPixel: Int { 3 * configuration.width }
  public var layerChannels: [Int] {
    configuration.convolutions.filter { configuration.weights[$0.name] != nil }.map(\.output)
  }

  public func visitLayers(of images: Tensor, _ visit: (Tensor) -> Void) {
    visitFeatures(of: images) { visit($0.rectified()) }
  }
}
