import Layers
import Models
import Tensors

/// PatchNCE over several layers of a generator's encoder (Park et al. 2020), with a projection for each layer.
struct PatchComparison {
  /// Holds the projections as one layer, for optimisers and checkpoints.
  struct Projections: Layer {
    let layers: [PatchProjection]
    /// Projections are applied one by one.
    func callAsFunction(_ input: Tensor) -> Tensor { input }
  }

  let projections: Projections
  private let generator: any ContrastedNetwork
  private let settings: Recipe.Contrast

  /// The layers must be of the generator.
  init<Generator: ContrastedNetwork>(_ settings: Recipe.Contrast, generator: Generator, seed: UInt64) {
    self.settings = settings
    self.generator = generator
    let layers = Generator.encoderLayers(of: generator.configuration).filter { settings.layers.contains($0.name) }
    projections = Projections(layers: layers.map { PatchProjection($0.channels, settings.features) })
    Initializer.normal(deviation: 0.02).initialize(projections, seed: seed, purpose: "projections")
  }

  /// The loss of translations against their sources, `[N, H, W, C]` both; mean over the layers.
  ///
  /// - Parameter isMirrored: whether the translations are of the sources' mirror images.
  func callAsFunction(_ translations: Tensor, _ sources: Tensor, isMirrored: Bool = false, draws: String) -> Tensor {
    let layers = Set(settings.layers)
    let sourceFeatures = withoutGradients { generator.features(of: sources, at: layers) }
    let features = generator.features(of: translations, at: layers)
    let losses = projections.layers.indices.map { index in
      let map = features[index]
      let random = TrainingContext.current?.random(for: "contrast.\(draws).\(index)")
      let places = Self.places(settings.patches, of: map.shape[1] * map.shape[2], random)
      let seen = isMirrored ? Self.mirrored(places, width: map.shape[2]) : places
      let queries = projections.layers[index](map.sampled(at: seen))
      let keys = withoutGradients { projections.layers[index](sourceFeatures[index].sampled(at: places)) }
      return patchContrast(queries, keys: keys, temperature: Float(settings.temperature))
    }
    return losses.dropFirst().reduce(losses[0], +) * (1 / Float(losses.count))
  }

  private static func places(_ count: Int, of all: Int, _ random: Random?) -> [Int] {
    guard let random else { return Array(0..<min(count, all)) }
    return random.distinct(min(count, all), below: all)
  }

  private static func mirrored(_ places: [Int], width: Int) -> [Int] {
    places.map { $0 / width * width + width - 1 - $0 % width }
  }
}
