import ArgumentParser
import Checkpoints
import Foundation
import Models
import Pipelines

struct EvaluateDomainsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "domains",
    abstract: "Compare translated images with the domain that they should look like, without pairs.",
    discussion: """
      Example: guise evaluate domains translated monet/testB --inputs monet/testA --features vgg16.pth

      Texture is the sliced Wasserstein distance of patches of 7x7 pixels at four scales, palette that of colours, both \
      in thousandths of the reference's standard deviations. With a network's file, KID and FID compare its features: \
      InceptionV3 of pytorch-fid gives figures as published, that of torchvision, VGG16, VGG19 and EfficientNet-Lite0 \
      others, which only compare with each other. With the inputs, the correlation of edges and of lightness tells how \
      much of them was kept. The smaller a distance, the more alike; the larger a correlation, the more was kept. The \
      exit status is 1 if an image cannot be read or has no input.
      """)

  @Argument(help: ArgumentHelp("A folder of translated images, with its subfolders.", valueName: "translated"))
  var translated: String

  @Argument(help: ArgumentHelp("A folder of images as they should look.", valueName: "reference"))
  var reference: String

  @Option(
    help: ArgumentHelp("The folder of what was translated, to measure how much of it was kept.", valueName: "path"))
  var inputs: String?

  @Option(
    help: ArgumentHelp(
      "A file of InceptionV3, VGG16, VGG19, EfficientNet-Lite0 or a classifier of one's own, whose features KID and FID compare.",
      valueName: "path"))
  var features: String?

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Print only results and errors, no progress.")
  var quiet = false

  @Flag(help: "Print the scores as a JSON object.")
  var json = false

  func run() throws {
    threads.apply()
    let network = try features.map { try Networks.featureNetwork(contentsOf: URL(filePath: $0)) }
    let evaluation = try DomainEvaluation(
      translated: URL(filePath: translated), reference: URL(filePath: reference),
      inputs: inputs.map { URL(filePath: $0) })
    let report = DomainReport(network, isQuiet: quiet)
    report.tell(of: evaluation.folders)
    let scores = try evaluation.scores(by: network, report: report.tell)
    report.finish(scores, writesJSON: json)
    report.list(imagesWithoutInput: evaluation.imagesWithoutInput)
    if report.hasFailures { throw ExitStatus.someFilesFailed }
  }
}
