import Checkpoints
import Foundation
import Layers
import Models
import Tensors
import TestSupport

/// A folder with all that the commands of documents suppose, in small.
final class DocumentedScene: Sendable {
  let guise: GuiseProgram
  private let project: URL

  init(project: URL, films: Bool) throws {
    guise = try GuiseProgram()
    self.project = project
    try FileManager.default.createDirectory(at: guise["bin"], withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(at: guise["bin/guise"], withDestinationURL: BuiltProgram.url("guise"))
    try writeStandIns()
    try writeImages()
    try writeModels()
    if films { try makeFilms() }
  }

  private func writeImages() throws {
    let domains = ["trainA", "trainB", "testA", "testB"]
    let folders =
      [
        "photos", "photos/trip", "horses", "scans", "clean", "labels", "folder", "results", "originals", "translated",
        "measured", "once", "data/labels",
      ]
      + domains.flatMap { ["my/images/\($0)", "data/monet2photo/\($0)", "monet2photo/\($0)"] }
    for folder in folders {
      for (name, color) in [("a", [0.7, 0.4, 0.2]), ("b", [0.2, 0.5, 0.7])] as [(String, [Float])] {
        try guise.writeImage("scene/\(folder)/\(name).png", color: color)
      }
    }
    for name in [
      "photo.jpg", "face.jpg", "bricks.png", "paintings/a.png", "paintings/b.png", "colored/a.png", "colored/b.png",
    ] {
      try guise.writeImage("scene/\(name)")
    }
    try guise.writeImage("scene/old_photos/a.png", color: [0.4])
  }

  private func writeModels() throws {
    var translator = ResNetGenerator.Configuration()
    (translator.width, translator.blocks) = (4, 1)
    for (name, direction) in [("AtoB", ModelDescription.Direction.aToB), ("BtoA", .bToA)] {
      var description = ModelDescription(
        task: "cyclegan", direction: direction, network: NetworkDescription(ResNetGenerator.self, translator))
      description.recipe = "task: cyclegan"
      try write(ResNetGenerator(translator), description, to: "outputs/mine/\(name).safetensors")
    }
    try convert("outputs/mine/AtoB.safetensors", to: ["latest_net_G_A.pth"])
    var paired = UNetGenerator.Configuration()
    (paired.width, paired.downsamplings, paired.norm) = (4, 3, .batch)
    let pairs = ModelDescription(task: "paired", network: NetworkDescription(UNetGenerator.self, paired))
    try write(UNetGenerator(paired), pairs, to: "outputs/pairs/generator.safetensors")
    try convert("outputs/pairs/generator.safetensors", to: ["facades_latest_net_G.pth"])

    var upscaler = SRVGGNet.Configuration()
    (upscaler.width, upscaler.convolutions, upscaler.scale) = (4, 1, 4)
    let description = ModelDescription(
      task: "super-resolution", network: NetworkDescription(SRVGGNet.self, upscaler))
    try write(SRVGGNet(upscaler), description, to: "upscaler.safetensors")
    try convert(
      "upscaler.safetensors",
      to: [
        "RealESRGAN_x4plus.pth", "realesr-animevideov3-x4.param", "realesrgan-x4plus.param",
        "models/realesrgan-x4plus.param", "realesr-general.pth", "realesr-general-denoise.pth",
        "realesr-general-x4v3.pth", "realesr-general-wdn-x4v3.pth",
      ])

    // The bundled one colours, and so stands for a run's and for published ones, too.
    for name in [
      "outputs/mine/generator.safetensors", "ddcolor_modelscope.pth", "ColorizeArtistic_gen.pth",
      "ColorizeStable_gen.pth",
    ] {
      try FileManager.default.createSymbolicLink(
        at: url(name), withDestinationURL: project.appending(path: "data/models/colorize.safetensors"))
    }

    let digits = (0..<10).map(String.init)
    try write(Self.connected(classes: 10), classes: digits, to: "outputs/digits-cgan/generator.safetensors")
    try write(Self.connected(classes: 0), to: "outputs/digits-dcgan/generator.safetensors")
    try write(Self.styles(classes: 10), classes: digits, to: "outputs/digits-stylegan2/generator.safetensors")
    try write(Self.connected(classes: 2), takesCaptions: true, to: "outputs/birds/generator.safetensors")
    try guise.write("scene/asked.txt", Data("a red bird\na blue bird\n".utf8))
    let vectors = NDArray([1, 0, 0, 1], shape: [2, 2])
    try Safetensors.write([NamedTensor("vectors", vectors)], to: url("asked.safetensors"))
    // Files are known by what is in them.
    try write(Self.styles(classes: 0), to: "stylegan2.pth")
  }

  private static func connected(classes: Int) -> ConnectedGenerator {
    var configuration = ConnectedGenerator.Configuration()
    (configuration.noise, configuration.width, configuration.layers, configuration.size) = (3, 8, 1, 6)
    configuration.classes = classes
    return ConnectedGenerator(configuration)
  }

  private static func styles(classes: Int) -> StyleGAN2Generator {
    var configuration = StyleGAN2Generator.Configuration()
    (configuration.noise, configuration.style, configuration.mappingLayers, configuration.size) = (4, 6, 1, 8)
    (configuration.capacity, configuration.most, configuration.classes) = (32, 4, classes)
    return StyleGAN2Generator(configuration)
  }

  private func write(
    _ network: some SynthesisNetwork, classes: [String]? = nil, takesCaptions: Bool = false, to path: String
  ) throws {
    var description = ModelDescription(task: "generation", network: NetworkDescription(of: network))
    (description.classes, description.takesCaptions) = (classes, takesCaptions)
    try write(network, description, to: path)
  }

  private func write(_ network: some Network, _ description: ModelDescription, to path: String) throws {
    Initializer.normal(deviation: 0.02).initialize(network, seed: 1, purpose: "test")
    try makeFolder(of: url(path))
    try ModelFile.write(network, description: description, to: url(path))
  }

  private func convert(_ path: String, to others: [String]) throws {
    let model = try ModelFile(contentsOf: url(path))
    for other in others {
      try makeFolder(of: url(other))
      try model.convert(to: url(other))
    }
  }

  private func makeFilms() throws {
    for film in ["holiday.mp4", "reel.avi", "clip.mov", "folder/film.mp4"] {
      let made = try shell(
        "ffmpeg -v error -f lavfi -i testsrc2=size=32x24:rate=25 -frames:v 5 \(url(film).path)", in: guise.folder)
      guard made.status == 0 else { throw Failure(made.errors) }
    }
  }

  struct Failure: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  private func makeFolder(of file: URL) throws {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
  }

  private func url(_ path: String) -> URL { guise["scene/\(path)"] }
}
