import Checkpoints
import Images
import Layers
import Models
import Pipelines
import Tensors
import TestSupport
import Testing

/// Finding styles and moving them, with small random generators.
@Suite struct StyleEditorTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func editor(classes: Int = 0) throws -> StyleEditor {
    var configuration = StyleGAN2Generator.Configuration()
    (configuration.noise, configuration.style, configuration.mappingLayers, configuration.size) = (4, 6, 2, 16)
    (configuration.capacity, configuration.most, configuration.outputChannels) = (64, 8, 3)
    configuration.classes = classes
    let network = StyleGAN2Generator(configuration)
    Initializer.equalized.initialize(network, seed: 3, purpose: "test")
    var description = ModelDescription(task: "generation", network: NetworkDescription(of: network))
    description.classes = classes > 0 ? (0..<classes).map { "class \($0)" } : nil
    let url = folder.url.appending(path: "model\(classes).safetensors")
    try ModelFile.write(network, description: description, to: url)
    return try StyleEditor(modelAt: url)
  }

  @Test(arguments: StyleSearch.Space.allCases) func findsTheStyleOfAnImageThatItMade(_ space: StyleSearch.Space) throws
  {
    let editor = try editor()
    let image = editor.image(of: editor.style(seed: 5))
    var differences: [Float] = []
    let found = try StyleSearch(space: space, steps: 120).style(of: image, by: editor) { _, difference in
      differences.append(difference)
      return true
    }
    #expect(
      differences.count == 120 && differences[119] < 0.1 * differences[0], "\(differences[0]), \(differences[119])")
    #expect(found.error < 0.002, "\(found.error)")
    let made = editor.image(of: found.style)
    let error = zip(made.pixels, image.pixels).map { ($0 - $1) * ($0 - $1) }.reduce(0, +) / Float(image.pixels.count)
    #expect(abs(error - found.error) < 1e-4)
  }

  @Test func aSearchThatIsEndedEnds() throws {
    let editor = try editor()
    var steps = 0
    _ = try StyleSearch(steps: 100).style(of: editor.image(of: editor.style(seed: 5)), by: editor) { step, _ in
      steps = step
      return step < 3
    }
    #expect(steps == 3)
  }

  @Test func componentsAreAtRightAnglesAndEachShorterThanTheOneBefore() throws {
    let editor = try editor()
    let components = try (1...3).map { try editor.component($0).values.scalars }
    func product(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let lengths = components.map { product($0, $0).squareRoot() }
    #expect(lengths[0] > lengths[1] && lengths[1] > lengths[2] && lengths[2] > 0)
    #expect(abs(product(components[0], components[1])) < 1e-2 * lengths[0] * lengths[1])
    let (style, direction) = (editor.style(seed: 1), try editor.component(1))
    #expect(editor.image(of: style, along: direction, strength: 0).pixels == editor.image(of: style).pixels)
    #expect(editor.image(of: style, along: direction, strength: 2).pixels != editor.image(of: style).pixels)
    #expect(throws: GenerationError.noComponent(7, known: 6)) { try editor.component(7) }
  }

  @Test func directionsLeadFromClassToClass() throws {
    let editor = try editor(classes: 2)
    let there = try editor.direction(from: "class 0", to: "class 1").values.scalars
    let back = try editor.direction(from: "class 1", to: "class 0").values.scalars
    #expect(there.contains { abs($0) > 0.01 } && zip(there, back).allSatisfy { abs($0 + $1) < 1e-5 })
    #expect(throws: GenerationError.unknownClass("cow", known: ["class 0", "class 1"])) {
      try editor.direction(from: "class 0", to: "cow")
    }
    #expect(throws: GenerationError.self) { try self.editor().direction(from: "class 0", to: "class 1") }
  }

  @Test func truncationMovesImagesTowardsThatOfTheMean() throws {
    _ = try editor()
    let maker = try ImageMaker(modelAt: folder.url.appending(path: "model0.safetensors"))
    func image(_ truncation: Float?) throws -> [Float] {
      var pixels: [Float] = []
      try maker.make(1, seed: 5, truncation: truncation) { image, _, _ in
        pixels = image.pixels
        return true
      }
      return pixels
    }
    let (whole, same, half) = (try image(nil), try image(1), try image(0.5))
    #expect(zip(whole, same).allSatisfy { abs($0 - $1) < 1e-5 } && whole != half)
    let row = maker.interpolate(3, from: 4, seed: 5)
    let ends = [4, 5].map { place in maker.interpolate(2, from: place, seed: 5)[0].pixels }
    #expect(row[0].pixels == ends[0] && zip(row[2].pixels, ends[1]).allSatisfy { abs($0 - $1) < 1e-5 })
  }
}
