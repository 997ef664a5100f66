import Foundation
import Layers
import Models

extension ModelFile {
  /// The generator with the file's weights, whatever it does. It may only be used on the calling thread. Throws if there are
  /// values that are not finite.
  public func network() throws(CheckpointError) -> any GeneratorNetwork {
    if description.network.makeUpscalingNetwork() != nil { return try upscaler() }
    return try generator()
  }

  /// A network between this model's (a share of 0) and another's (1), whose weights are mixed: deep network interpolation (Wang
  /// et al. 2019). It does something between what the two do if one was trained from the other, or both from the same.
  ///
  /// Throws a `CheckpointError` if the networks differ.
  public func blended(with other: ModelFile, share: Double) throws(CheckpointError) -> any GeneratorNetwork {
    guard other.description.network == description.network else {
      throw CheckpointError(
        other.file.url,
        "holds \(other.description.network.summary), expected the same network as \(file.url.relativePath): "
          + description.network.summary)
    }
    guard other.description.isColorization == description.isColorization else {
      throw CheckpointError(
        other.file.url,
        "is for \(other.description.task), expected the same as \(file.url.relativePath): "
          + description.task)
    }
    let network = try network()
    network.interpolate(towardsEqual: try other.network(), share: share)
    return network
  }

  /// Writes the network of `blended(with:share:)` as a model file, which tells what it was made of. Throws `CheckpointError`
  /// and what writing throws.
  public func writeBlend(with other: ModelFile, share: Double, to url: URL) throws {
    let network = try blended(with: other, share: share)
    var blend = ModelDescription(task: description.task, network: description.network)
    if description.direction == other.description.direction { blend.direction = description.direction }
    let names = [self, other].map { $0.description.name ?? $0.file.url.deletingPathExtension().lastPathComponent }
    blend.name = "\(names[0]) with \(share) of \(names[1])"
    blend.licence = Self.licence(description.licence, other.description.licence)
    blend.version = GuiseVersion.current
    try network.writeModelFile(blend, to: url)
  }

  /// Those of both, since a blend is made of both.
  private static func licence(_ first: String?, _ second: String?) -> String? {
    guard let first, let second, first != second else { return first ?? second }
    return "\(first); and \(second)"
  }
}

extension GeneratorNetwork {
  /// Opens the other, whose type is known only by its description: that of this network.
  package func interpolate(towardsEqual other: any GeneratorNetwork, share: Double) {
    guard let other = other as? Self else { preconditionFailure("two networks of one description have one type") }
    interpolate(towards: other, share: Float(share))
  }

  fileprivate func writeModelFile(_ description: ModelDescription, to url: URL) throws {
    try ModelFile.write(self, description: description, to: url)
  }
}
