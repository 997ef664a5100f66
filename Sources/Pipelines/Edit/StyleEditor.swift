import Checkpoints
import Datasets
import Foundation
import Images
import Models
import Tensors

/// Changes images by moving their styles: those that a generator with styles makes, or photographs, for which it finds a style
/// that makes nearly the same.
public final class StyleEditor {
  let network: any StyledNetwork
  private let file: String
  /// The names of the classes that the generator knows; empty if there are none.
  public let classes: [String]

  /// - Parameter url: a model file, or a finished run's folder.
  ///
  /// Throws `CheckpointError` or `ModelError`; `GenerationError` for a model without styles.
  public convenience init(modelAt url: URL) throws {
    try self.init(ModelFile(at: url, orInRunFolder: ["generator", "generator1"]))
  }

  public init(_ model: ModelFile) throws {
    file = model.file.url.relativePath
    guard let styled = try model.synthesis() as? any StyledNetwork else { throw GenerationError.noStyles(file: file) }
    guard styled.configuration.outputChannels != 2 else { throw GenerationError.noImages(file: file) }
    guard !model.description.takesCaptions else { throw GenerationError.needsCaptions(file: file) }
    network = styled
    classes = model.description.classes ?? (0..<styled.configuration.classes).map(String.init)
  }

  /// The style of the first image that `ImageMaker` makes of a seed, `[1, styles, style]`.
  public func style(seed: UInt64, label: Int? = nil) -> NDArray {
    let random = ImageMaker.random(seed: seed, place: 0)
    let noise = NDArray(
      (0..<network.configuration.noise).map { random.normal(at: $0) }, shape: [1, network.configuration.noise])
    return withoutGradients { network.repeated(network.style(of: input(noise, [label ?? 0]))).value }
  }

  /// The image of a style, `[1, styles, style]`, perhaps moved along a direction.
  ///
  /// - Parameter strength: how far, as a multiple of the direction.
  public func image(of style: NDArray, along direction: StyleDirection? = nil, strength: Float = 0) -> Image {
    withoutGradients {
      var styles = Tensor(style)
      if let direction { styles = styles + Tensor(direction.values) * strength }
      return Image(array: network.images(ofStyles: styles).value)
    }
  }

  /// How the styles of one class differ from another's, in the mean. Throws `GenerationError`.
  public func direction(from first: String, to second: String) throws(GenerationError) -> StyleDirection {
    guard classes.count > 1 else { throw .tooFewLabels(file: file) }
    let labels = try [first, second].map { (name) throws(GenerationError) in
      guard let label = classes.firstIndex(of: name) else { throw .unknownClass(name, known: classes) }
      return label
    }
    return withoutGradients {
      let means = labels.map { label in styles(StyleDirection.samples) { _ in label }.mean(axes: [0]) }
      return StyleDirection(values: (means[1] - means[0]).value)
    }
  }

  /// A principal component of styles (Härkönen et al. 2020), as long as the standard deviation along it. Throws `GenerationError`.
  ///
  /// - Parameter number: 1 for the one along which styles vary most.
  public func component(_ number: Int) throws(GenerationError) -> StyleDirection {
    let known = min(StyleDirection.mostComponents, network.meanStyle.shape.count)
    guard (1...known).contains(number) else { throw .noComponent(number, known: known) }
    let count = max(1, classes.count)
    return withoutGradients {
      StyleDirection.component(number, of: styles(StyleDirection.samples) { $0 % count })
    }
  }

  /// Random styles, `[count, style]`.
  func styles(_ count: Int, label: (Int) -> Int) -> Tensor {
    let (random, size) = (Random(seed: 0, purpose: "edit.styles"), network.configuration.noise)
    let noise = NDArray((0..<count * size).map { random.normal(at: $0) }, shape: [count, size])
    return network.style(of: input(noise, (0..<count).map(label)))
  }

  private func input(_ noise: NDArray, _ labels: [Int]) -> Tensor {
    network.input(of: noise, classes: classes.isEmpty ? nil : LabelledSample.classes(labels, of: classes.count))
  }
}
