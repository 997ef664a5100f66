import ArgumentParser
import Files
import Foundation
import Images
import Pipelines
import Tensors

extension StyleSearch.Space: ExpressibleByArgument {}

struct EditCommand: DeviceCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Change an image by the styles of a StyleGAN2.",
    discussion: """
      Example: guise edit face.jpg -m stylegan2.pth --component 2 --strength 3 -o edited.png
      Example: guise edit --seed 7 -m outputs/digits-stylegan2 --from 3 --to 8 --interpolate 8 -o row.png

      A style is searched for of which the model makes nearly the same image; without an image, the one of the seed is made. It is moved \
      along a principal component of styles, or from one class to another, and its image is written.
      """)

  @Argument(help: ArgumentHelp("The image; without it, one is made.", valueName: "image"))
  var input: String?

  @Option(
    name: .shortAndLong, help: ArgumentHelp("A model file, or a run's folder.", valueName: "path"),
    completion: .modelFile)
  var model: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The .png file.", valueName: "path"))
  var output: String

  @Option(help: ArgumentHelp("Move along this principal component of styles, 1 for the first.", valueName: "number"))
  var component: Int?

  @Option(help: ArgumentHelp("Move from this class.", valueName: "name"))
  var from: String?

  @Option(help: ArgumentHelp("Move to this class.", valueName: "name"))
  var to: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How far: in standard deviations along a component, or as a share of the way between two classes. May be below 0.",
      valueName: "number"))
  var strength: Float = 1

  @Option(
    help: ArgumentHelp("A row of so many images that goes over from the unmoved to the moved one.", valueName: "steps"))
  var interpolate: Int?

  @Option(help: "Which image is made without an input; the first one of guise generate.")
  var seed: UInt64 = 1

  @Option(
    help: "Search for one style (w), which can be edited best, or for one of each layer (w+), closer to the image.")
  var space = StyleSearch.Space.w

  @Option(help: ArgumentHelp("The steps of the search.", valueName: "count"))
  var steps = 500

  @Option(
    help: ArgumentHelp(
      "The file of a VGG16 or VGG19 by whose features images are compared, besides their pixels.", valueName: "path"))
  var features: String?

  @OptionGroup var device: DeviceOptions

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Print only errors.")
  var quiet = false

  func validate() throws {
    guard output.lowercased().hasSuffix(".png") else {
      throw ValidationError("--output is \(output), expected a name that ends in .png")
    }
    guard (from == nil) == (to == nil) else { throw ValidationError("--from and --to name two classes: give both") }
    if component != nil, from != nil {
      throw ValidationError("--component and --from are two directions: give one of them")
    }
    guard (1...100_000).contains(steps) else { throw ValidationError("--steps is \(steps), expected 1 to 100000") }
    guard (-100...100).contains(strength) else {
      throw ValidationError("--strength is \(strength), expected -100 to 100")
    }
    if let interpolate {
      guard (2...100).contains(interpolate) else {
        throw ValidationError("--interpolate is \(interpolate), expected 2 to 100 steps")
      }
      guard component != nil || from != nil else {
        throw ValidationError("--interpolate goes along a direction: add --component, or --from and --to")
      }
    }
  }

  var isQuiet: Bool { quiet }

  func compute() throws {
    threads.apply()
    Interruption.watch()
    let editor = try StyleEditor(modelAt: URL(filePath: model))
    let direction = try direction(editor)
    let style = try style(editor)
    let shares = interpolate.map { count in (0..<count).map { Float($0) / Float(count - 1) } } ?? [1]
    let images = shares.map { editor.image(of: style, along: direction, strength: $0 * strength) }
    let file = URL(filePath: output)
    try Folder.make(file.deletingLastPathComponent())
    try (images.count == 1 ? images[0] : Image.grid(rows: [images])).write(to: file, format: .png)
    ProgressDisplay(isQuiet: quiet).note("made \(output)")
  }

  private func direction(_ editor: StyleEditor) throws -> StyleDirection? {
    if let component { return try editor.component(component) }
    if let from, let to { return try editor.direction(from: from, to: to) }
    return nil
  }

  private func style(_ editor: StyleEditor) throws -> NDArray {
    guard let input else { return editor.style(seed: seed) }
    let image = try Image(contentsOf: URL(filePath: input))
    let search = try StyleSearch(space: space, steps: steps, features: features.map { URL(filePath: $0) })
    let display = ProgressDisplay(isQuiet: quiet)
    let (style, error) = search.style(of: image, by: editor) { step, difference in
      let text = "step \(step) of \(steps), difference \(String(format: "%.4f", difference))"
      display.show(
        fraction: Double(step) / Double(steps), text: text, line: step % 100 == 0 || step == steps ? text : nil)
      return Interruption.signal == nil
    }
    display.clear()
    if let signal = Interruption.signal { throw ExitStatus.interrupted(signal: signal) }
    display.note(
      "found a style; its image differs by \(String(format: "%.3f", error.squareRoot())) of 1, root mean square")
    return style
  }
}
