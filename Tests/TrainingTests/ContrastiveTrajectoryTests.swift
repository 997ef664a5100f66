import Checkpoints
import Datasets
import Foundation
import Layers
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Steps of training small networks by contrast, from PyTorch's weights on PyTorch's images.
@Suite struct ContrastiveTrajectoryTests {
  private let golden: GoldenFile

  init() throws {
    golden = try GoldenFile("contrastive")
  }

  private func recipe(fast: Bool) -> Recipe {
    var recipe = Recipe(UnpairedProject<ContrastiveTranslation>.self)
    recipe.generator.network.use(ResNetGenerator.self) { ($0.width, $0.blocks) = (4, 2) }
    recipe.discriminator.use(PatchDiscriminator.self) { ($0.width, $0.layers) = (8, 2) }
    recipe.contrast.layers = ["image", "downsampling1", "downsampling2", "block1"]
    // More than there are, so that all places are compared.
    (recipe.contrast.patches, recipe.contrast.features) = (4096, 8)
    if fast {
      (recipe.contrast.weight, recipe.contrast.identity, recipe.contrast.mirror) = (10, false, true)
      (recipe.objective.penalty.weight, recipe.objective.penalty.every) = (2, 2)
    }
    return recipe
  }

  @Test func aRunMayBeginWithAModel() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "first.safetensors")
    var recipe = recipe(fast: false)
    let first = try ContrastiveTranslation(recipe).models[0].generator
    let description = ModelDescription(task: "cut", direction: .aToB, network: NetworkDescription(of: first))
    try ModelFile.write(first, description: description, to: file)
    recipe.generator.initial = file.path
    recipe.seed = 2
    let begun = try ContrastiveTranslation(recipe).models[0].generator
    #expect(begun.parameters.map(\.value) == first.parameters.map(\.value))
    recipe.generator.network.use(ResNetGenerator.self) { $0.blocks = 3 }
    let error = #expect(throws: CheckpointError.self) { try ContrastiveTranslation(recipe) }
    #expect(error?.problem.contains("and the recipe's generator a") == true)
  }

  @Test(arguments: ["cut", "fastcut"]) func tenStepsFollowPyTorch(method: String) throws {
    let recipe = recipe(fast: method == "fastcut")
    let task = try ContrastiveTranslation(recipe)
    let networks: [(name: String, layer: any Layer, keys: [TensorKey])] =
      (task.generators + task.discriminators).map { named in
        if let generator = named.network as? ResNetGenerator {
          return ("AtoB", generator, ResNetGenerator.tensorKeys(for: generator.configuration))
        }
        if let discriminator = named.network as? PatchDiscriminator {
          return ("B", discriminator, PatchDiscriminator.tensorKeys(for: discriminator.configuration))
        }
        return ("projections", named.network, projectionKeys(of: named.network))
      }
    for network in networks {
      var state = golden.arrays(under: "initial.\(network.name)/")
      state = state.filter { !$0.key.hasSuffix(".filt") }
      try network.layer.load(pyTorch: state, keys: network.keys)
    }
    let trainer = Trainer(task, plan: try .constant(steps: 10), optimizer: Recipe.Optimizer(), seed: 1)
    let expected = golden.arrays(under: "losses.\(method)/")
    let (a, b) = (try #require(golden.arrays["images/A"]), try #require(golden.arrays["images/B"]))
    for step in 0..<10 {
      let report = trainer.step(UnpairedSample(a: image(step, of: a), b: image(step, of: b)))
      let present = expected.filter { $0.value.scalars[step] != 0 }
      #expect(Set(report.losses.map(\.name)) == Set(present.keys))
      for (name, value) in report.losses {
        let exact = try #require(expected[name]).scalars[step]
        #expect(abs(value - exact) <= 1e-4 * abs(exact), "\(name) of step \(step): \(value) instead of \(exact)")
      }
    }
    for network in networks where network.name != "B" {
      let state = golden.arrays(under: "final.\(method).\(network.name)/").filter { !$0.key.hasSuffix(".filt") }
      let values = try network.layer.values(fromPyTorch: state, keys: network.keys)
      for (name, parameter) in network.layer.namedParameters where !isCancelledByNorm(name) {
        expectClose(parameter.value, try #require(values[name]), tolerance: 1e-3, "\(network.name) \(name)")
      }
    }
  }

  /// A bias before a norm has only rounding noise as its gradient, unless the features before the norm are compared.
  private func isCancelledByNorm(_ name: String) -> Bool {
    name.hasSuffix("bias") && ["stem", "residual", "upsampling"].contains { name.hasPrefix($0) }
  }

  private func projectionKeys(of layer: any Layer) -> [TensorKey] {
    layer.namedParameters.map { name, parameter in
      // `layers.2.first.weight` is `layers.2.0.weight` in PyTorch's sequence, whose second linear layer is its third.
      let key = name.replacing(".first.", with: ".0.").replacing(".second.", with: ".2.")
      let isWeight = name.hasSuffix("weight")
      let shape = isWeight ? Shape(parameter.shape.dimensions.reversed()) : parameter.shape
      return TensorKey(path: name, key: key, layout: isWeight ? .linear : .same, shape: shape)
    }
  }

  private func image(_ index: Int, of images: NDArray) -> NDArray {
    Tensor(images).sliced(axis: 0, range: index..<index + 1).value
  }
}
