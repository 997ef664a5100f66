import Checkpoints
import Foundation
import Images
import Tensors
import TestSupport
import Testing

/// Training by processes that Open MPI's or MPICH's launcher starts, where it is installed.
@Suite(.serialized) struct RankedTrainingTests {
  private let guise: GuiseProgram

  private static let recipe = """
    data: {loadSize: 20, cropSize: 16}
    generator: {blocks: 1, width: 4}
    discriminator: {layers: 1, width: 4}
    objective: {pool: 3}
    output: {checkpointEvery: 4, sampleEvery: 1000}
    """

  /// A launcher by the name that Debian gives it, with what it needs to start ranks on few processors.
  struct Launcher: CustomStringConvertible, Sendable {
    let description: String
    let arguments: [String]

    static let all = [
      Launcher(description: "mpirun.openmpi", arguments: ["--oversubscribe", "--bind-to", "none"]),
      Launcher(description: "mpirun.mpich", arguments: []),
    ]

    var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/\(description)") }

    static var installed: [Launcher] { all.filter(\.isInstalled) }
  }

  init() throws {
    guise = try GuiseProgram()
    try guise.write("tiny.yaml", Data(Self.recipe.utf8))
    for i in 0..<5 {
      for domain in ["A", "B"] {
        let random = Random(seed: 3, purpose: domain, step: i)
        let image = Image(
          width: 24, height: 24, channels: 3, pixels: (0..<24 * 24 * 3).map { random.uniform(at: $0) })
        try guise.write("data/train\(domain)/\(i).png", image.encoded(as: .png, path: domain))
      }
    }
  }

  /// Open MPI runs as root only if it is told to. Where two launches begin at once, one may fail to make the folder that both
  /// would keep in the system's folder for temporary files, so each has a folder of its own.
  private var environment: [String: String] {
    [
      "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "TMPDIR": guise.folder.path,
    ]
  }

  private func train(
    _ name: String, by launcher: Launcher?, ranks: Int = 2, _ options: [String],
    whileRunning: (Process) throws -> Void = { _ in }
  ) throws -> GuiseProgram.Result {
    let arguments = [
      "train", "tiny.yaml", "--data", "data", "--name", name, "--threads", "1", "--device", "cpu",
    ]
    return try guise.run(
      arguments + options, by: launcher.map { ["/usr/bin/\($0)", "-n", "\(ranks)"] + $0.arguments } ?? [],
      environment: environment, whileRunning: whileRunning)
  }

  private func weights(_ name: String) throws -> [(name: String, array: NDArray)] {
    let file = try TensorFile(contentsOf: guise["outputs/\(name)/AtoB.safetensors"])
    return file.names.filter { $0.hasSuffix("weight") }.compactMap { name in file.array(named: name).map { (name, $0) }
    }
  }

  private static let notInstalled: Comment =
    "neither mpirun.openmpi nor mpirun.mpich is installed (apt-get install openmpi-bin mpich), so ranks are not tried"

  @Test(.enabled(if: !Launcher.installed.isEmpty, notInstalled), arguments: Launcher.installed)
  func ranksTrainAsOneProcess(launcher: Launcher) throws {
    let one = try train("one", by: nil, ["--steps", "8", "--set", "optimizer.accumulate=2"])
    #expect(one.status == 0, "\(one.errors)")
    let two = try train("two", by: launcher, ["--steps", "8"])
    #expect(two.status == 0 && two.errors.contains("2 ranks train together, 2 images a step"), "\(two.errors)")
    #expect(two.errors.contains("images/s in all"), "\(two.errors)")
    let expected = try weights("one")
    for (weight, expected) in zip(try weights("two"), expected) {
      expectClose(weight.array, expected.array, tolerance: 1e-4, expected.name)
    }
    let again = try train("again", by: launcher, ["--steps", "8"])
    #expect(again.status == 0, "\(again.errors)")
    #expect(try weights("two").map(\.array) == weights("again").map(\.array))
    // Another number of ranks goes on, and says so.
    let more = try train("two", by: launcher, ranks: 3, ["--steps", "10", "--resume", "--set", "schedule.steps=10"])
    #expect(
      more.status == 0 && more.errors.contains("trained with ranks: 2, and goes on with ranks: 3"), "\(more.errors)")
  }

  @Test(.enabled(if: !Launcher.installed.isEmpty, notInstalled), arguments: Launcher.installed)
  func allEndWhenOneIsKilledAndGoOnToTheSameBytes(launcher: Launcher) throws {
    let checkpoints = guise["outputs/killed/checkpoints"]
    func steps() -> [Int] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints.path)) ?? []
      return names.filter { $0.hasSuffix(".safetensors") }.compactMap { Int($0.filter(\.isNumber)) }
    }
    let options = ["--steps", "60"]
    let began = Date()
    let killed = try train("killed", by: launcher, options) { _ in
      while steps().isEmpty, Date().timeIntervalSince(began) < 30 { usleep(10_000) }
      kill(try #require(guise.processes(named: "killed").last), SIGKILL)
    }
    #expect(killed.status != 0 && Date().timeIntervalSince(began) < 60, "\(killed.errors)")
    #expect(guise.processes(named: "killed").isEmpty)
    let newest = try #require(steps().max())
    let resumed = try train("killed", by: launcher, options + ["--resume"])
    #expect(resumed.status == 0 && resumed.errors.contains("going on from step \(newest)"), "\(resumed.errors)")
    let whole = try train("whole", by: launcher, options)
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(try weights("killed").map(\.array) == weights("whole").map(\.array))
  }

  @Test(.enabled(if: !Launcher.installed.isEmpty, notInstalled), arguments: Launcher.installed)
  func allEndInWordsWhenOneHasNoImages(launcher: Launcher) throws {
    let result = try train("gone", by: launcher, ["--data", "gone"])
    #expect(result.status != 0 && result.errors.contains("there is no folder gone"), "\(result.errors)")
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/mpirun"), notInstalled))
  func benchesRanksBesideOneProcess() throws {
    let result = try guise.run(
      [
        "bench", "train", "--size", "16", "--repeats", "1", "--ranks", "2", "--threads", "1", "--device", "cpu",
        "--json",
      ],
      environment: environment)
    #expect(result.status == 0, "\(result.errors)")
    let row = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(row["ranks"] as? Int == 2 && (row["images_per_second"] as? Double ?? 0) > 0)
    let shares = try #require(row["predicted_shares"] as? [String: Double])
    // A link ten times as fast takes a tenth of the time.
    let times = ["1", "10"].compactMap { shares[$0] }.map { $0 / (1 - $0) }
    #expect(times.count == 2 && abs(times[0] / times[1] - 10) < 1e-6)
  }

  @Test(arguments: ["1", "2,x", ""]) func refusesToCompareOtherCounts(ranks: String) throws {
    let result = try guise.run(["bench", "train", "--ranks", ranks])
    #expect(result.status == 2 && result.errors.contains("--ranks"), "\(result.errors)")
  }

  @Test func aRankWithoutALibrarySaysSo() throws {
    let result = try guise.run(
      ["train", "tiny.yaml", "--data", "data"],
      environment: ["OMPI_COMM_WORLD_SIZE": "2", "GUISE_MPI": "libgone.so.1"])
    #expect(result.status == 2 && result.errorLines.count == 1)
    #expect(
      result.errors.contains("there is no MPI library to join them by: looked for libgone.so.1"), "\(result.errors)")
  }
}
