import ArgumentParser
import Checkpoints
import Foundation
import Models
import Pipelines

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how good results are.",
    discussion: "Example: guise evaluate pairs -i upscaled -t originals --crop 4 --y",
    subcommands: [EvaluatePairsCommand.self, EvaluateColorsCommand.self, EvaluateDomainsCommand.self])
}

struct EvaluatePairsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pairs",
    abstract: "Compare results with the truth: PSNR, SSIM, detail and LPIPS of every image, and their means.",
    discussion: """
      Example: guise evaluate pairs -i upscaled -t originals --crop 4 --y

      Images are paired if their paths below the two folders are the same, except for the extension. A truth that is \
      up to 7 pixels larger is cropped at the right and bottom. --y, and --crop with the upscaling factor, measure \
      super-resolution as in the literature. Detail is the energy above half the Nyquist frequency as a fraction of \
      the truth's: below 1 for blurred results, above 1 for noisy ones. --features adds LPIPS, the distance in a \
      network's features, the smaller the more alike to people's eyes. --grid with the upscaling factor measures the \
      grid that enlarging leaves: the largest over the smallest mean step between neighbouring pixels, by place; below \
      the means, it is given as a multiple of the truth's, above 1 if there is one. The exit status is 1 if a pair failed or an \
      image has no counterpart.
      """)

  @OptionGroup var pairs: PairOptions

  @Option(help: ArgumentHelp("Pixels to leave out at every border.", valueName: "pixels"))
  var crop = 0

  @Flag(
    help:
      "Compare the luma (Y of ITU-R BT.601, 16 to 235) instead of the colours; gray images are compared as they are.")
  var y = false

  @Option(help: ArgumentHelp("The factor that the results were enlarged by, to measure its grid.", valueName: "pixels"))
  var grid: Int?

  @Option(
    help: ArgumentHelp(
      "torchvision's file of AlexNet or VGG16, by whose features LPIPS is measured, or a whole LPIPS with its weights.",
      valueName: "file"))
  var features: String?

  @Option(
    help: ArgumentHelp(
      "LPIPS' weights of that network's layers: weights/v0.1/alex.pth or vgg.pth of PyPI's lpips.", valueName: "file"))
  var linear: String?

  func validate() throws {
    guard linear == nil || features != nil else {
      throw ValidationError("--linear weighs the features of a network: name its file with --features")
    }
    guard (0...1_000_000).contains(crop) else { throw ValidationError("--crop is \(crop), expected 0 or more") }
    if let grid, !(2...1000).contains(grid) { throw ValidationError("--grid is \(grid), expected 2 to 1000") }
  }

  func run() throws {
    let perceptual = try features.map {
      try PerceptualDistance(contentsOf: URL(filePath: $0), linear: linear.map { URL(filePath: $0) })
    }
    try pairs.run(.similarity(crop: crop, usesLuma: y, gridPeriod: grid, perceptual: perceptual))
  }
}

struct EvaluateColorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "colors",
    abstract: "Compare colours with the truth: PSNR, CIEDE2000 and colourfulness of every image, and their means.",
    discussion: """
      Example: guise evaluate colors -i coloured -t originals

      Images are paired if their paths below the two folders are the same, except for the extension. CIEDE2000 is the \
      mean perceived difference, about 1 if just noticeable. Colourfulness (Hasler and Süsstrunk) is 0 for gray, about \
      33 for moderately and 82 for highly colourful pictures; a cautious model can score well on the other measures \
      with dull colours. "of gray" is what the truth would score without its colours. Below the means, CIEDE2000 is \
      given as a fraction of gray's, PSNR as a gain over gray's, and colourfulness as a fraction of the truth's. The \
      exit status is 1 if a pair failed or an image has no counterpart.
      """)

  @OptionGroup var pairs: PairOptions

  func run() throws {
    try pairs.run(.colors)
  }
}
