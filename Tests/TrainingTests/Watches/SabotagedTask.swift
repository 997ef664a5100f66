import Checkpoints
import Datasets
import Images
import Layers
import Models
import Tensors
import Training

typealias SabotagedProject = UnpairedProject<SabotagedTask>

/// CycleGAN with sabotaged networks or gradients.
final class SabotagedTask: UnpairedTask {
  static let name = "sabotaged"
  static let summary = "CycleGAN in which something goes wrong"

  static var keys: [RecipeKey] {
    RecipeSection.generator.keys(choosingFrom: [SabotagedNetwork.self]) + RecipeSection.generator.keys(.average)
      + RecipeSection.discriminator.keys(choosingFrom: Networks.discriminators)
      + RecipeSection.objective.keys(.adversarial, .cycle, .identity, .pool)
  }

  static func setDefaults(of recipe: inout Recipe) {
    recipe.offer([SabotagedNetwork.self], Networks.discriminators)
  }

  private let inner: CycleGAN
  private let sabotage: Sabotage
  private var steps = 0
  /// When what goes wrong later begins.
  private static let beginning = 100

  init(_ recipe: Recipe) throws {
    inner = try CycleGAN(recipe)
    sabotage = recipe.generator.network.network?.configuration(of: SabotagedNetwork.self)?.sabotage ?? .none
  }

  var generators: [NamedNetwork] { inner.generators }
  var discriminators: [NamedNetwork] { inner.discriminators }
  var models: [(direction: ModelDescription.Direction, generator: any TranslationNetwork)] { inner.models }
  var memory: [(name: String, array: NDArray)] {
    get { inner.memory }
    set { inner.memory = newValue }
  }

  func generatorGroups(weightDecay: Double) -> [ParameterGroup] {
    let parameters = inner.generators.flatMap { $0.network.parameters }
    return [ParameterGroup(parameters, rateFactor: sabotage == .frozenGenerators ? 0 : 1)]
  }

  func translations(of batch: UnpairedSample) -> Translations {
    steps += 1
    if sabotage == .plantedNaN, steps == Self.beginning {
      models[1].generator.parameters[0].update { $0.withMutableHostMemory { $0[3] = .nan } }
    }
    return inner.translations(of: batch)
  }

  func generatorLosses(_ batch: UnpairedSample, _ translations: Translations, phase: TrainingPhase.Kind) -> Losses {
    let losses = inner.generatorLosses(batch, translations, phase: phase)
    let factor: Float =
      switch sabotage {
      case .zeroedGradients: 0
      case .vanishingGradients: steps > Self.beginning ? 1e-6 : 1
      case .burstingGradients: steps > Self.beginning ? 1e4 : 1
      default: 1
      }
    var changed = Losses()
    for (name, value) in losses.terms { changed.add(name, value * factor) }
    return changed
  }

  func kind(ofStep step: Int) -> Int { inner.kind(ofStep: step) }
  func shownFakes(_ fakes: [Tensor], step: Int) -> [Tensor] { inner.shownFakes(fakes, step: step) }
  func discriminatorLosses(_ batch: UnpairedSample, fakes: [Tensor], step: Int) -> Losses {
    inner.discriminatorLosses(batch, fakes: fakes, step: step)
  }

  func sampleRows(_ batch: UnpairedSample) -> [[Image]] { inner.sampleRows(batch) }
}
