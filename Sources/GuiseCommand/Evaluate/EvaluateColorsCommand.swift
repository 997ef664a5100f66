import ArgumentParser
import Pipelines

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
