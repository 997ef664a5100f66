import ArgumentParser
import Pipelines

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how good results are.",
    discussion: "Example: guise evaluate pairs -i upscaled -t originals --crop 4 --y",
    subcommands: [EvaluatePairsCommand.self, EvaluateColorsCommand.self])
}

struct EvaluatePairsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pairs",
    abstract: "Compare results with the truth: PSNR, SSIM and detail of every image, and their means.",
    discussion: """
      Example: guise evaluate pairs -i upscaled -t originals --crop 4 --y

      Images belong together when their paths below the two folders are the same; the extension may differ. A truth that is \
      up to 7 pixels larger is cropped at its right and bottom. --crop with the factor of enlargement, and --y, measure \
      super-resolution as the literature does. Detail is the energy above half of Nyquist's frequency as a share of the \
      truth's: below 1 for blurred results, above 1 for noisy ones. The exit status is 1 where a pair failed or an image \
      has no counterpart.
      """)

  @OptionGroup var pairs: PairOptions

  @Option(help: ArgumentHelp("Pixels at every border that do not count.", valueName: "pixels"))
  var crop = 0

  @Flag(
    help:
      "Compare the luma (Y of ITU-R BT.601, 16 to 235) instead of the colours; gray images are compared as they are.")
  var y = false

  func validate() throws {
    guard (0...1_000_000).contains(crop) else { throw ValidationError("--crop is \(crop), expected 0 or more") }
  }

  func run() throws {
    try pairs.run(.similarity(crop: crop, usesLuma: y))
  }
}

struct EvaluateColorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "colors",
    abstract: "Compare colours with the truth: PSNR, CIEDE2000 and colourfulness of every image, and their means.",
    discussion: """
      Example: guise evaluate colors -i coloured -t originals

      Images belong together when their paths below the two folders are the same; the extension may differ. CIEDE2000 is the \
      mean difference as people see it, about 1 for what an eye can just tell apart. Colourfulness (Hasler and Süsstrunk) \
      is 0 for gray, about 33 for moderately and 82 for highly colourful pictures; a cautious model comes near the truth \
      with dull colours. What the truth would score without its colours stands beside, under "of gray". The exit status is 1 \
      where a pair failed or an image has no counterpart.
      """)

  @OptionGroup var pairs: PairOptions

  func run() throws {
    try pairs.run(.colors)
  }
}
