import Checkpoints
import Collectives
import Files
import Films
import Foundation
import Images
import Pipelines
import Tensors
import Threads

/// What the machine has of all that the program can use.
enum Findings {
  struct Missing {
    let name: String
    /// What it is for, as in "which films need".
    let purpose: String
    /// How to get it; empty if the program cannot know.
    let remedy: String
  }

  static var present: [(name: String, value: String)] {
    var findings = [
      ("guise", GuiseVersion.current), ("program", Bundle.main.executablePath ?? "unknown"),
      ("processor", Machine.processorName),
      ("instruction sets", Machine.instructionSets.joined(separator: ", ")), ("in use", Machine.instructionSet),
      ("matrix products", Machine.hasOpenBLAS ? "OpenBLAS" : "its own"), ("threads", "\(ThreadPool.threadCount)"),
      ("memory", memory), ("disk", disk),
    ]
    findings += Machine.vulkanDevices.map { ("device", $0) }
    findings.append(("images", images))
    if let version = InstalledFFmpeg.version { findings.append(("films", "ffmpeg \(version)")) }
    if !InstalledMPI.libraries.isEmpty {
      findings.append(("ranks", InstalledMPI.libraries.joined(separator: ", ")))
    }
    return findings + [("models", folders(of: .models)), ("recipes", folders(of: .recipes))]
  }

  static var missing: [Missing] {
    var missing: [Missing] = []
    func check(_ isThere: Bool, _ name: String, _ purpose: String, _ remedy: String) {
      if !isThere { missing.append(Missing(name: name, purpose: purpose, remedy: remedy)) }
    }
    check(
      Machine.hasOpenBLAS, "OpenBLAS", "with which matrix products are faster", package("libopenblas0"))
    check(
      Machine.hasGPU, "a GPU with a Vulkan driver", "on which all is faster",
      // A device that only computes on the processor has come with Mesa's drivers.
      Machine.vulkanDevices.isEmpty
        ? "install its maker's driver, or \(package("mesa-vulkan-drivers"))" : "install its maker's driver")
    check(
      HEIFDecoders.readsHEIC, "a decoder of HEVC", "which HEIC photographs need", package("libheif-plugin-libde265"))
    check(HEIFDecoders.readsAVIF, "a decoder of AV1", "which AVIF images need", package("libheif-plugin-dav1d"))
    check(InstalledFFmpeg.version != nil, "ffmpeg", "which films need", package("ffmpeg"))
    check(
      !InstalledMPI.libraries.isEmpty, "Open MPI or MPICH", "by which several machines train one model",
      package("openmpi-bin"))
    for files in [BundledFiles.models, .recipes] where files.all.isEmpty {
      check(
        false, "the bundled \(files.noun)s", "which commands take by name",
        "name their folder in the environment's \(files.variable)")
    }
    return missing
  }

  /// As Debian and Ubuntu call packages.
  private static func package(_ name: String) -> String { "apt-get install \(name)" }

  private static var memory: String {
    let whole = AvailableMemory.text(Int(ProcessInfo.processInfo.physicalMemory))
    return AvailableMemory.bytes.map { "\(AvailableMemory.text($0)) free of \(whole)" } ?? whole
  }

  /// Of the working folder, where results go, and of that for temporary files.
  private static var disk: String {
    [FileManager.default.currentDirectoryPath, NSTemporaryDirectory()].compactMap { path in
      FreeSpace.bytes(in: URL(filePath: path)).map { "\(AvailableMemory.text($0)) free in \(path)" }
    }.joined(separator: ", ")
  }

  private static var images: String {
    let names = ImageFileKind.all.filter(\.isRead).map { $0 == .heif ? heif : $0.name }
    return "reads \(names.filter { !$0.isEmpty }.joined(separator: ", "))"
  }

  private static var heif: String {
    [(HEIFDecoders.readsHEIC, "HEIC"), (HEIFDecoders.readsAVIF, "AVIF")].filter(\.0).map(\.1).joined(separator: ", ")
  }

  private static func folders(of files: BundledFiles) -> String {
    let all = files.all
    let places = Set(all.map { $0.deletingLastPathComponent().path }).sorted().joined(separator: ", ")
    return all.isEmpty ? "none" : "\(all.count) in \(places)"
  }
}
