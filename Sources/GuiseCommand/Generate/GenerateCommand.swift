import ArgumentParser
import Files
import Foundation
import Images
import Models
import Pipelines

struct GenerateCommand: DeviceCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Make images from noise.",
    discussion: """
      Example: guise generate -m outputs/digits-cgan -n 1000 -o digits
      Example: guise generate -m outputs/digits-cgan -n 64 --label 7 --grid -o sevens.png

      Without --grid, the output is a folder of PNG files; of a model that knows classes, with a subfolder for each class, as \
      trainings read it; of captions, with a file captions.tsv. The same seed gives the same images, whatever their number.
      """)

  @Option(
    name: .shortAndLong, help: ArgumentHelp("A model file, or a run's folder.", valueName: "path"),
    completion: .modelFile)
  var model: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The number of images.", valueName: "count"))
  var number = 64

  @Option(name: .shortAndLong, help: ArgumentHelp("The folder, or with --grid the .png file.", valueName: "path"))
  var output: String

  @Option(
    help: ArgumentHelp("The class, or the caption, of all images; without it, they take turns.", valueName: "name"))
  var label: String?

  @Option(
    help: ArgumentHelp("Of a model that learnt captions: a file with one in each line.", valueName: "file"),
    completion: .file())
  var captions: String?

  @Option(
    help: ArgumentHelp(
      "A safetensors or PyTorch file with a vector for each caption, from the encoder that the model was trained with.",
      valueName: "file"),
    completion: .file())
  var vectors: String?

  @Option(help: "Decides which images are made.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Noise further than this from 0 is drawn again; of StyleGAN2, the share of styles' distance from their mean that is "
        + "kept. Less gives more usual images, and less varied ones.",
      valueName: "0.1-10"))
  var truncation: Float?

  @Flag(help: "One image with all of them in rows.")
  var grid = false

  @Option(
    help: ArgumentHelp(
      "With --grid: a row for each image, which goes over into the next in so many steps.", valueName: "steps"))
  var interpolate: Int?

  @OptionGroup var device: DeviceOptions

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Print only errors.")
  var quiet = false

  private static let largestGrid = 10_000

  func validate() throws {
    guard (1...10_000_000).contains(number) else {
      throw ValidationError("--number is \(number), expected 1 to 10000000")
    }
    if let truncation, !(0.1...10).contains(truncation) {
      throw ValidationError("--truncation is \(truncation), expected 0.1 to 10")
    }
    if let interpolate, !(2...100).contains(interpolate) {
      throw ValidationError("--interpolate is \(interpolate), expected 2 to 100 steps")
    }
    guard (captions == nil) == (vectors == nil) else {
      throw ValidationError("--captions and --vectors belong together: give both")
    }
    guard grid || interpolate == nil else { throw ValidationError("--interpolate makes rows: add --grid") }
    guard !grid || output.lowercased().hasSuffix(".png") else {
      throw ValidationError("--output is \(output), expected a name that ends in .png with --grid")
    }
    guard !grid || number * (interpolate ?? 1) <= Self.largestGrid else {
      throw ValidationError("--grid has at most \(Self.largestGrid) images")
    }
  }

  var isQuiet: Bool { quiet }

  func compute() throws {
    threads.apply()
    Interruption.watch()
    var given: CaptionVectors?
    if let captions, let vectors {
      given = try CaptionVectors(captions: URL(filePath: captions), vectors: URL(filePath: vectors))
    }
    let maker = try ImageMaker(modelAt: URL(filePath: model), captions: given)
    let label = try self.label.map { try maker.label(named: $0) }
    if grid { try writeGrid(maker, label) } else { try writeFolder(maker, label) }
  }

  private func writeGrid(_ maker: ImageMaker, _ label: Int?) throws {
    var rows: [[Image]] = []
    if let interpolate {
      rows = (0..<number).map {
        maker.interpolate(interpolate, from: $0, label: label, seed: seed, truncation: truncation)
      }
    } else {
      let columns =
        label == nil && !maker.classes.isEmpty && number > maker.classes.count
        ? maker.classes.count : Self.columns(of: number)
      try maker.make(number, label: label, seed: seed, truncation: truncation) { image, place, _ in
        if place % columns == 0 { rows.append([]) }
        rows[rows.count - 1].append(image)
        return true
      }
    }
    let file = URL(filePath: output)
    try Folder.make(file.deletingLastPathComponent())
    try Image.grid(rows: rows).write(to: file, format: .png)
    say("made \(output)")
  }

  private static func columns(of count: Int) -> Int { Int(Double(count).squareRoot().rounded(.up)) }

  private func writeFolder(_ maker: ImageMaker, _ label: Int?) throws {
    let folder = URL(filePath: output, directoryHint: .isDirectory)
    let digits = max(4, String(number - 1).count)
    let names = captions == nil ? maker.classes.map { Self.folderName($0) } : []
    for name in names.isEmpty ? [""] : label.map({ [names[$0]] }) ?? names {
      try Folder.make(name.isEmpty ? folder : folder.appending(path: name))
    }
    var made = 0
    var table: [String] = []
    try maker.make(number, label: label, seed: seed, truncation: truncation) { image, place, label in
      let text = String(place)
      let name = String(repeating: "0", count: digits - text.count) + text + ".png"
      if let label, captions != nil { table.append("\(name)\t\(maker.classes[label])\n") }
      let place = label.flatMap { names.isEmpty ? nil : folder.appending(path: names[$0]) } ?? folder
      try image.write(to: place.appending(path: name), format: .png)
      made += 1
      return Interruption.signal == nil
    }
    if !table.isEmpty {
      try AtomicFile.write(Data(table.joined().utf8), to: folder.appending(path: "captions.tsv"))
    }
    say("made \(made) images in \(output)")
    if let signal = Interruption.signal, made < number { throw ExitStatus.interrupted(signal: signal) }
  }

  /// A class may be called anything; names from a file must not lead out of the folder.
  private static func folderName(_ name: String) -> String {
    let plain = name.replacing("/", with: "_")
    return plain.isEmpty || plain.hasPrefix(".") ? "_\(plain)" : plain
  }

  private func say(_ text: String) {
    ProgressDisplay(isQuiet: quiet).note(text)
  }
}
