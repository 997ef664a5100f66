import Models
import Tensors

extension Candidate {
  /// CycleGAN's generator.
  static func resnet(_ shapes: [String: Shape]) -> Candidate? {
    guard let stem = shapes.convolution("model.1.weight", kernel: 7), shapes["model.0.weight"] == nil else {
      return nil
    }
    var configuration = ResNetGenerator.Configuration()
    configuration.width = stem.output
    configuration.inputChannels = stem.input
    configuration.norm = shapes["model.2.weight"] == nil ? .instance : .batch
    configuration.blocks = shapes.count { "model.\(10 + $0).conv_block.1.weight" }
    // Without dropout a batch norm may stand there, whose weight is a vector.
    configuration.dropout = shapes["model.10.conv_block.6.weight"]?.rank == 4
    let isResize = shapes["model.\(12 + configuration.blocks).weight"]?.rank == 4
    configuration.upsampling = isResize ? .resizeConvolution : .transposed
    let head = ResNetGenerator.tensorKeys(for: configuration).first { $0.path == "head.weight" }
    if let channels = head.flatMap({ shapes.convolution($0.key, kernel: 7) }) {
      configuration.outputChannels = channels.output
    }
    return Candidate(.resnet(configuration), keys: ResNetGenerator.tensorKeys(for: configuration))
  }
}
