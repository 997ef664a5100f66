import Layers
import Tensors
import TestSupport
import Testing
import Training

@Suite struct AugmentedViewTests {
  private func view(_ change: (inout Recipe.Augmentation) -> Void) -> AugmentedView {
    var recipe = Recipe()
    recipe.batch = 5
    change(&recipe.augmentation)
    return AugmentedView(recipe, for: "judge")
  }

  private let images = Tensor(randomValues(shape: [2, 16, 16, 3], "images"))

  private func seen(by view: AugmentedView, _ role: String, step: Int) -> NDArray {
    TrainingContext.run(seed: 1, step: step) { view(images, role).value }
  }

  @Test func imagesStayAsTheyAreUnlessTheRecipeSaysOtherwise() {
    #expect(seen(by: view { _ in }, "real", step: 1) == images.value)
    let augmenting = view { $0.changes.translation = true }
    #expect(augmenting(images, "real").value == images.value)
    #expect(seen(by: augmenting, "real", step: 1) != images.value)
    #expect(seen(by: view { ($0.changes.translation, $0.probability) = (true, 0) }, "real", step: 1) == images.value)
  }

  @Test func drawsDependOnStepAndRole() {
    let view = view { $0.changes = DifferentiableAugmentation(color: true, translation: true, cutout: true) }
    let first = seen(by: view, "real", step: 1)
    #expect(seen(by: view, "real", step: 1) == first)
    #expect(seen(by: view, "fake", step: 1) != first)
    #expect(seen(by: view, "real", step: 2) != first)
  }

  /// Images of the range 0...1 are changed as the same ones in -1...1.
  @Test func rangesAreAlike() {
    var recipe = Recipe()
    recipe.augmentation.changes = DifferentiableAugmentation(color: true, translation: true, cutout: true)
    let unit = AugmentedView(recipe, for: "judge", range: .unit)
    let signed = AugmentedView(recipe, for: "judge")
    TrainingContext.run(seed: 1, step: 1) {
      let expected = signed(images, "real") * 0.5 + 0.5
      expectClose(unit(images * 0.5 + 0.5, "real").value, expected.value, tolerance: 1e-5, "unit")
    }
  }

  @Test func probabilityFollowsTheDiscriminator() {
    let view = view { ($0.adapts, $0.target, $0.images, $0.probability) = (true, 0.6, 100, 0.5) }
    func follow(accuracy: Float, steps: Int) {
      for _ in 0..<steps { view.follow([("judge.realAccuracy", accuracy), ("other.realAccuracy", 1 - accuracy)]) }
    }
    #expect(view.probability == 0)
    // A mean sign of 0.5 is below the target.
    follow(accuracy: 0.75, steps: 4)
    #expect(view.probability == 0)
    // Four steps of five images are a fifth of a hundred.
    follow(accuracy: 0.9, steps: 3)
    #expect(view.probability == 0)
    let memory = view.memory
    follow(accuracy: 0.9, steps: 1)
    #expect(view.probability == 0.2)
    follow(accuracy: 0.9, steps: 8)
    #expect(view.probability == 0.5)
    follow(accuracy: 0.1, steps: 4)
    #expect(abs(view.probability - 0.3) < 1e-6)
    // From a checkpoint in between, the next step goes on.
    view.memory = memory + [("pool.0", NDArray([1, 2, 3], shape: [3]))]
    #expect(view.probability == 0)
    follow(accuracy: 0.9, steps: 1)
    #expect(view.probability == 0.2)
  }

  @Test func aFixedProbabilityNeedsNoMemory() {
    let view = view { $0.probability = 0.25 }
    view.follow([("judge.realAccuracy", 1)])
    #expect(view.probability == 0.25 && view.memory.isEmpty)
  }
}
