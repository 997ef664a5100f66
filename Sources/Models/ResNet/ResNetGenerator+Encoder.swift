import Layers
import Tensors

/// The padded image, the downsamplings' convolutions before their norms, and the residual blocks: what CUT's layers 0, 4, 8
/// and so on are.
extension ResNetGenerator: ContrastedNetwork {
  public static func encoderLayers(of configuration: Configuration) -> [(name: String, channels: Int)] {
    let width = configuration.width
    return [("image", configuration.inputChannels)]
      + (1...configuration.halvings).map { ("downsampling\($0)", width << $0) }
      + (0..<configuration.blocks).map { ("block\($0 + 1)", configuration.blockWidth) }
  }

  public func features(of input: Tensor, at layers: Set<String>) -> [Tensor] {
    var features: [Tensor] = []
    func isLast() -> Bool { features.count >= layers.count }
    var x = input.padded(Padding(3), mode: .reflection)
    if layers.contains("image") { features.append(x) }
    if isLast() { return features }
    x = stem(x)
    for (index, block) in downsampling.enumerated() {
      let convolved = block.convolution(x)
      if layers.contains("downsampling\(index + 1)") { features.append(convolved) }
      if isLast() { return features }
      x = block.norm(convolved)
      if configuration.downsampling == .antialiased { x = x.blurred(stride: 2, padding: 1) }
    }
    for (index, block) in residual.enumerated() {
      x = block(x)
      if layers.contains("block\(index + 1)") { features.append(x) }
      if isLast() { return features }
    }
    return features
  }
}
