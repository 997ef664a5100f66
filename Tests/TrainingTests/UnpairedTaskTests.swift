import Checkpoints
import Datasets
import Foundation
import Images
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// An unpaired method with one generator and one discriminator.
private final class OneWay: UnpairedTask {
  static let name = "one-way"
  static let summary = "one domain to be made of another"

  static var keys: [RecipeKey] {
    RecipeSection.generator.keys(choosingFrom: Networks.translation)
      + RecipeSection.discriminator.keys(choosingFrom: Networks.discriminators)
      + RecipeSection.objective.keys(.adversarial, .identity)
  }

  static func setDefaults(of recipe: inout Recipe) {
    recipe.offer(Networks.translation, Networks.discriminators)
  }

  private let generator: any TranslationNetwork
  private let discriminator: any DiscriminatorNetwork
  private let objective: Recipe.Objective

  init(_ recipe: Recipe) throws {
    generator = try recipe.makeTranslationNetwork()
    discriminator = try recipe.makeDiscriminator(inputChannels: 3)
    objective = recipe.objective
  }

  var generators: [NamedNetwork] { [NamedNetwork("generator", generator)] }
  var discriminators: [NamedNetwork] { [NamedNetwork("discriminator", discriminator)] }
  var models: [(direction: ModelDescription.Direction, generator: any TranslationNetwork)] { [(.aToB, generator)] }

  func translations(of batch: UnpairedSample) -> Translations {
    Translations(fakes: [generator(Tensor(batch.a))], same: [generator(Tensor(batch.b))])
  }

  func generatorLosses(_ batch: UnpairedSample, _ translations: Translations, phase: TrainingPhase.Kind) -> Losses {
    var losses = Losses()
    losses.add(
      "adversarial",
      objective.adversarial.generator(
        fake: discriminator(translations.fakes[0]), real: discriminator(Tensor(batch.b))))
    losses.add("identity", meanAbsoluteError(translations.same[0], Tensor(batch.b)) * Float(objective.identity))
    return losses
  }

  func discriminatorLosses(_ batch: UnpairedSample, fakes: [Tensor], step: Int) -> Losses {
    var losses = Losses()
    losses.add(
      "discriminator",
      objective.adversarial.discriminator(real: discriminator(Tensor(batch.b)), fake: discriminator(fakes[0])))
    return losses
  }

  func sampleRows(_ batch: UnpairedSample) -> [[Image]] {
    let fakes = withoutGradients { generator(Tensor(batch.a)).value }
    return (0..<batch.a.shape[0]).map { [Image(array: batch.a, index: $0), Image(array: fakes, index: $0)] }
  }
}

@Suite struct UnpairedTaskTests {
  /// The task needs no further declarations.
  @Test func anotherMethodTrainsOnTheSameFolders() throws {
    let folder = try TemporaryFolder()
    for domain in ["trainA", "trainB"] {
      for index in 0..<2 {
        let random = Random(seed: 4, purpose: domain, step: index)
        let image = Image(width: 20, height: 20, channels: 3, pixels: (0..<1200).map { random.uniform(at: $0) })
        try folder.add("\(domain)/\(index).png", image.encoded(as: .png, path: domain))
      }
    }
    var recipe = Recipe(UnpairedProject<OneWay>.self)
    recipe.data.root = folder.url.path
    (recipe.data.loadSize, recipe.data.cropSize, recipe.schedule.steps) = (20, 16, 3)
    recipe.generator.network.use(ResNetGenerator.self) { ($0.width, $0.blocks) = (4, 1) }
    recipe.discriminator.use(PixelDiscriminator.self) { $0.width = 4 }
    let run = try RunFolder(name: "run", in: folder.url.appending(path: "outputs"))
    let end = try TrainingRun(recipe: recipe, folder: run, resume: false, listeners: [LossLog(file: run.losses)]).run()
    #expect(end.models == [run.model("AtoB")])
    let model = try ModelFile(contentsOf: run.model("AtoB"))
    #expect(model.description.task == "one-way" && model.description.direction == .aToB)
    let losses = try String(contentsOf: run.losses, encoding: .utf8)
    #expect(losses.hasPrefix("step,epoch,learningRate,adversarial,identity,discriminator\n1,1,"))
  }
}
