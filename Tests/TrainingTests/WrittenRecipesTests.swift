import Foundation
import Testing
import Training

/// Recipes as earlier programs wrote them: their runs can be resumed. Those of today differ only by keys that came later,
/// which have their defaults.
@Suite struct WrittenRecipesTests {
  private static let recipes = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/Recipes")

  @Test(arguments: [
    ("cyclegan", "task: cyclegan"),
    ("cyclegan-unet", "generator: {network: unet, downsamplings: 7}\ndiscriminator: {network: pixel}"),
    ("super-resolution", "task: super-resolution"),
    ("super-resolution-srgan", "task: super-resolution\ngenerator: {network: srresnet, blocks: 2}"),
    (
      "super-resolution-msr",
      """
      task: super-resolution
      generator: {network: msrresnet, blocks: 2, upsampling: direct, width: 8}
      discriminator: {network: unet}
      """
    ),
    (
      "super-resolution-vgg",
      """
      task: super-resolution
      generator: {network: srvgg, blocks: 2}
      discriminator: {network: patch, layers: 2, norm: instance}
      """
    ),
    ("paired", "task: paired"),
    ("paired-resnet", "task: paired\ngenerator: {network: resnet, blocks: 2}\nobjective: {l1: 12.5}"),
    ("colorization", "task: colorization"),
    (
      "colorization-resnet",
      """
      task: colorization
      generator: {network: resnet, width: 8}
      pixelPhase: {milestones: [3,4], steps: 10}
      """
    ),
  ])
  func areStillReadAndWritten(_ name: String, yaml: String) throws {
    let file = Self.recipes.appending(path: "\(name).yaml")
    let written = try String(contentsOf: file, encoding: .utf8)
    let recipe = try Recipe(yaml: yaml, name: "", settings: ["data.root=photos"])
    #expect(Self.withoutLaterKeys(recipe.yaml) == Self.withoutLaterKeys(written))
    #expect(try Recipe(contentsOf: file) == recipe)
  }

  private static func withoutLaterKeys(_ yaml: String) -> String {
    let laterSections = ["encoder:", "colorBins:", "printDegradation:", "teacher:", "augmentation:", "validation:"]
    let laterLines: Set<String> = [
      "  warmUp: 0", "  base: nearest", "  normalize: true", "  form: open", "  clean: 0.0", "  gray: 0.0",
      "  antialiased: 0.0", "  sharpening: 0.0", "  tensorboard: false",
      "  sharpeningAmount: [0.3, 1.5]", "  sharpeningRadius: [0.5, 2.0]", "  fullColor: 0.0",
      "  downsampling: strided", "  residual: plain", "  discriminatorRate: 1.0", "  accumulate: 1", "  batchNorm: own",
      "  gradientPenalty: 0.0", "  gradientPenaltyEvery: 16", "  patience: 0", "  plateau: 0", "  decay: linear",
      "  validateEvery: 1000", "  inputChannels: auto", "  outputChannels: auto", "  initial: \"\"",
      "  initialAtoB: \"\"",
      "  initialBtoA: \"\"", "  precision: float32",
      // Settings of networks that came later.
      "  groups: 5", "  depths: [6, 6, 6, 6, 6, 6]", "  heads: [6, 6, 6, 6, 6, 6]", "  kernel: 17",
      "  largeChannels: 16", "  norm: group", "  attention: true", "  hidden: 360", "  window: 8", "  windowHeight: 8",
      "  windowWidth: 32", "  overlap: 24", "  compressed: 60", "  squeezed: 6", "  upsamplingWidth: 64",
      "  connection: plain", "  halvings: 2", "  bins: 313", "  encoderBlocks: bottleneck",
      "  encoderDepths: [3, 4, 23, 3]", "  decoder: wide", "  decoderWidths: [512, 512, 512, 256]",
      "  decoderWidth: 512",
      "  queries: 100", "  queryWidth: 256", "  layers: 9", "  hidden: 2048",
    ]
    var section = ""
    return yaml.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      if !line.hasPrefix(" ") { section = String(line) }
      return !laterLines.contains(String(line)) && !laterSections.contains(section)
    }.joined(separator: "\n")
  }
}
