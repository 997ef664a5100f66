import Models
import Testing
import Training

/// What a form would show of a recipe's keys.
struct RecipeMeaningTests {
  @Test func everyKeyOfEveryTaskHasAMeaning() {
    for task in Tasks.all {
      for key in Recipe(task).keys {
        #expect(!key.meaning.isEmpty, "\(task.name): \(key.path)")
      }
    }
  }

  @Test func kindsAreThoseOfTheValues() throws {
    let recipe = Recipe(Tasks.named("super-resolution")!)
    func kind(_ path: String) -> SettingKind? { recipe.keys.first { $0.path == path }?.kind }
    #expect(kind("batch") == .integer(1, 1024))
    #expect(kind("optimizer.beta1") == .number(0, 1))
    #expect(kind("pixelPhase.learningRate") == .number(0, nil))
    #expect(kind("data.flip") == .flag)
    #expect(kind("data.degradation") == .choice(["bicubic", "realistic"]))
    #expect(kind("pixelPhase.milestones") == .list)
    #expect(kind("data.root") == .text)
    #expect(recipe.keys.filter(\.isPath).map(\.path).contains("data.root"))
    guard case .choice(let networks) = kind("generator.network") else {
      Issue.record("generator.network has no choices")
      return
    }
    #expect(networks.contains("rrdb"))
  }
}
