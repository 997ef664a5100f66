import Models
import Tensors

extension Candidate {
  /// pix2pix's U-Net generator. Dropout leaves no trace in a file.
  static func unet(_ shapes: [String: Shape]) -> Candidate? {
    func list(_ step: Int) -> String { UNetGenerator.moduleList(ofStep: step) }
    guard let first = shapes.convolution("\(list(1)).0.weight", kernel: 4) else { return nil }
    var configuration = UNetGenerator.Configuration()
    configuration.inputChannels = first.input
    configuration.width = first.output
    let inner = shapes.count { "\(list(2 + $0)).1.weight" }
    configuration.downsamplings = min(max(smallestDepth, 1 + inner), largestDepth)
    let innermost = list(configuration.downsamplings)
    configuration.norm = shapes["\(innermost).4.weight"] == nil ? .instance : .batch
    // A transposed convolution's weight is [input, output, kernel, kernel].
    if let last = shapes.convolution("\(list(1)).3.weight", kernel: 4) { configuration.outputChannels = last.input }
    return Candidate(.unet(configuration), keys: UNetGenerator.tensorKeys(for: configuration))
  }

  private static let smallestDepth = 2
  /// More halvings than any image allows, few enough that sizes stay numbers.
  private static let largestDepth = 16
}
