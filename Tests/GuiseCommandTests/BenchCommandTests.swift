import Checkpoints
import Foundation
import Models
import Tensors
import TestSupport
import Testing

@Suite struct BenchCommandTests {
  private let guise: GuiseProgram

  init() throws { guise = try GuiseProgram() }

  private func object(_ result: GuiseProgram.Result) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any], "\(result.errors)")
  }

  @Test func benchesAsJSON() throws {
    let result = try object(
      guise.run([
        "bench", "forward", "--network", "resnet6", "--size", "16", "--repeats", "3", "--profile", "--json",
      ]))
    for key in ["median_seconds", "min_seconds", "peak_bytes"] { #expect((result[key] as? Double ?? 0) > 0) }
    let profile = try #require(result["profile"] as? [[String: Any]])
    let shares = profile.map { $0["share"] as? Double ?? -1 }
    #expect(abs(shares.reduce(0, +) - 1) < 1e-6 && shares.allSatisfy { $0 >= 0 })
    let convolution = try #require(profile.first { $0["operation"] as? String == "Convolution" })
    #expect(convolution["calls"] as? Int == 16 && convolution["gigaflops_per_second"] as? Double ?? 0 > 0)
  }

  @Test func profilesAsATable() throws {
    let result = try guise.run(["bench", "train", "--size", "24", "--repeats", "1", "--profile"])
    #expect(result.status == 0 && result.errors.isEmpty)
    for name in ["Convolution weight gradient", "Normalization gradient", "Adam", "Outside of operations"] {
      #expect(result.output.contains("\n\(name) "), "\(result.output)")
    }
  }

  @Test func timesStarts() throws {
    try guise.write("models/README", Data())
    try guise.writeModel("models/painter.safetensors")
    try guise.writeUpscaler("models/x2.safetensors")
    try guise.writeUpscaler("models/x2-denoise.safetensors")
    let result = try object(
      guise.run(
        ["bench", "startup", "--size", "32", "--repeats", "1", "--json"],
        environment: ["GUISE_MODELS": guise["models"].path]))
    let starts = try #require(result["starts"] as? [[String: Any]])
    #expect(
      starts.map { "\($0["model"] ?? "") \($0["until"] ?? "")" } == [
        " --help", "painter first part", "painter written", "x2 first part", "x2 written",
      ])
    for start in starts {
      let seconds = try #require(start["min_seconds"] as? Double)
      #expect(seconds > 0 && seconds <= start["median_seconds"] as? Double ?? 0)
    }
    let size = try BuiltProgram.url("guise").resourceValues(forKeys: [.fileSizeKey]).fileSize
    #expect(result["program_bytes"] as? Int == size)
  }

  @Test func saysThatAStartFailed() throws {
    try guise.write("models/broken.safetensors", Data("no model".utf8))
    let result = try guise.run(["bench", "startup"], environment: ["GUISE_MODELS": guise["models"].path])
    #expect(result.status == 2 && result.errors.contains("broken.safetensors"), "\(result.errors)")
  }

  @Test func asksForModelsToStart() throws {
    let result = try guise.run(["bench", "startup"], environment: ["GUISE_MODELS": "/nowhere"])
    #expect(result.status == 2 && result.errors.contains("GUISE_MODELS"), "\(result.errors)")
  }

  @Test func refusesAPrecisionThatTheInstructionSetLacks() throws {
    let result = try guise.run(
      ["bench", "forward", "--size", "16", "--precision", "bf16"], environment: ["GUISE_ISA": "baseline"])
    #expect(result.status == 2 && result.errorLines.count == 1)
    #expect(result.errors.contains("AVX-512 BF16") && result.errors.contains("baseline"), "\(result.errors)")
  }

  @Test func refusesFloat16OnTheProcessor() throws {
    let result = try guise.run(["bench", "forward", "--size", "16", "--precision", "float16", "--device", "cpu"])
    #expect(result.status == 2 && result.errorLines.count == 1)
    #expect(
      result.errors.contains("--precision is float16, but float16 needs a GPU with matrix units"), "\(result.errors)")
  }

  /// Writes a stand-in for Python: it greets, then runs `answers`, shell code that reads requests.
  private func writePeers(_ greeting: String, _ answers: String = "") throws {
    try guise.write("peers", Data("#!/bin/sh\ncat <<'END'\n\(greeting)\nEND\n\(answers)\n".utf8))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: guise["peers"].path)
  }

  private func compare(_ arguments: String..., environment: [String: String] = [:]) throws -> GuiseProgram.Result {
    try guise.run(
      ["bench", "compare", "--python", "./peers", "--size", "24", "--rounds", "2", "--json"] + arguments,
      environment: environment)
  }

  @Test func comparesANetwork() throws {
    let greeting = """
      {"engines": [{"name": "a", "title": "A 1.0"}, {"name": "b", "title": "B 2.0"}], \
      "missing": [{"engine": "C", "packages": ["c"]}]}
      """
    try writePeers(
      greeting,
      """
      while read -r request engine; do
        case "$request $engine" in
          "prepare a") echo '{"difference": 0.25}' ;;
          "prepare b") echo '{"failure": "out of luck"}' ;;
          "check "*) cp "$2"/*.safetensors .
            echo '{"difference": 1e-6, "error": 3e-6, "pytorchError": 2e-6}' ;;
          "run a") echo '{"seconds": 1000}' ;;
        esac
      done
      """)
    // Every processor has this instruction set, which has no bfloat16.
    let result = try object(
      compare("--network", "resnet6", "--device", "cpu", environment: ["GUISE_ISA": "baseline"]))
    let engines = try #require(result["engines"] as? [[String: Any]])
    #expect(engines.map { $0["engine"] as? String } == ["Guise float32", "A 1.0"])
    #expect(engines.map { $0["largest_difference"] as? Double } == [1e-6, 0.25])
    #expect(engines[1]["median_seconds"] as? Double == 1000)
    let ratio = 1000 / (engines[0]["median_seconds"] as? Double ?? 0)
    #expect(abs((engines[1]["guise_speed"] as? Double ?? 0) / ratio - 1) < 1e-6)
    #expect((result["failed"] as? [[String: Any]])?.first?["reason"] as? String == "out of luck")
    #expect((result["not_installed"] as? [[String: Any]])?.first?["engine"] as? String == "C")

    // The peers get the network's weights in PyTorch's layout, its input, and its output.
    let generator = try ModelFile(contentsOf: guise["weights.safetensors"]).generator()
    let input = try tensor("input", in: "input")
    let output = Machine.usingInstructionSet("baseline") {
      withoutGradients { generator(Tensor(input)) }.value
    }
    #expect(try tensor("output", in: "output") == output)
  }

  private func tensor(_ name: String, in file: String) throws -> NDArray {
    try #require(TensorFile(contentsOf: guise["\(file).safetensors"]).array(named: name))
  }

  @Test(arguments: [
    ("colorBins", [1, 32, 32, 1], [1, 32, 32, 2]), ("efficientnet-lite0", [1, 32, 32, 3], [1, 1000]),
  ])
  func comparesNetworksOfOtherShapes(network: String, input: [Int], output: [Int]) throws {
    try writePeers(
      #"{"engines": [], "missing": []}"#,
      """
      while read -r request; do
        cp "$2"/*.safetensors .
        echo '{"difference": 1e-6, "error": 3e-6, "pytorchError": 2e-6}'
      done
      """)
    let result = try compare("--network", network, "--size", "32")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try tensor("input", in: "input").shape.dimensions == input)
    #expect(try tensor("output", in: "output").shape.dimensions == output)
    if network == "colorBins" {
      let colors = try tensor("colors", in: "weights")
      #expect(colors.shape.dimensions == [2, ColorBins.count, 1, 1])
      #expect(colors.scalars[ColorBins.count] == ColorBins.colors[0].y / 110)
      #expect(try tensor("vividness", in: "weights").scalars == [ColorBinNetwork.usualVividness])
    }
  }

  @Test func comparesDepthwiseConvolutions() throws {
    let times = (0..<78).map { "\(1000 + $0)" }.joined(separator: ", ")
    try writePeers(
      #"{"engines": [{"name": "a", "title": "A 1.0"}, {"name": "b", "title": "B 1.0"}], "missing": []}"#,
      """
      while read -r request engine stride; do
        case "$request $engine" in
          "load "*) cp "$2/example.safetensors" "last-$stride.safetensors"
            echo '{"forward": 1e-7, "inputGradient": 2e-7, "weightGradient": 3e-7}' ;;
          "run a") echo '{"seconds": [\(times)]}' ;;
          "run b") echo '{"seconds": [\(times.replacingOccurrences(of: "1000", with: "500"))]}' ;;
        esac
      done
      """)
    let result = try object(
      guise.run(["bench", "compare", "--python", "./peers", "--depthwise", "--rounds", "1", "--json"]))
    #expect(result["memory_bytes_per_second"] as? Double ?? 0 > 1e8)
    let convolutions = try #require(result["convolutions"] as? [[String: Any]])
    // Twelve shapes, two batches, three works, and two shapes of one image.
    #expect(convolutions.count == 78)
    let batches = [(1, 36), (8, 36), (1, 6)].flatMap { Array(repeating: $0.0, count: $0.1) }
    #expect(convolutions.map { $0["batch"] as? Int } == batches)
    let shape = ["channels", "side", "kernel", "stride"].map { convolutions[3][$0] as? Int }
    #expect(shape == [96, 112, 3, 2] && convolutions[3]["work"] as? String == "forward")
    #expect(convolutions.prefix(3).map { $0["largest_difference"] as? Double } == [1e-7, 2e-7, 3e-7])
    for (convolution, seconds) in [(convolutions[0], 500.0), (convolutions[77], 1077)] {
      let own = try #require(convolution["median_seconds"] as? Double)
      #expect(abs((convolution["guise_speed"] as? Double ?? 0) * own / seconds - 1) < 1e-6)
      #expect(convolution["memory_share"] as? Double ?? 0 > 0)
    }

    // The last of stride 2: 672 channels of 14x14, eight images.
    #expect(try tensor("input", in: "last-2").shape.dimensions == [8, 14, 14, 672])
    #expect(try tensor("outputGradient", in: "last-2").shape.dimensions == [8, 7, 7, 672])
    #expect(try tensor("weightGradient", in: "last-2").shape.dimensions == [5, 5, 1, 672])
    #expect(try tensor("inputGradient", in: "last-2").shape == tensor("input", in: "last-2").shape)
  }

  @Test func comparesTraining() throws {
    let names = [
      "adversarialAtoB", "adversarialBtoA", "cycleA", "cycleB", "identityA", "identityB", "discriminatorA",
      "discriminatorB",
    ]
    try writePeers(
      #"{"engines": [{"name": "a", "title": "A 1.0"}], "missing": []}"#,
      """
      while read -r request; do
        case "$request" in
          "prepare a") echo '{"difference": 0}' ;;
          "run a") echo '{"seconds": 1000, "losses": {\(names.map { "\"\($0)\": 1" }.joined(separator: ", "))}}' ;;
          memory) echo '{"bytes": 123456}' ;;
        esac
      done
      """)
    let result = try object(compare("--train"))
    let engines = try #require(result["engines"] as? [[String: Any]])
    #expect(engines[1]["peak_bytes"] as? Int == 123456 && engines[0]["peak_bytes"] as? Int ?? 0 > 1 << 20)
    #expect((result["loss_differences"] as? [Double])?.count == 2)
  }

  @Test(arguments: [
    (#"{"failure": "No module named 'torch'"}"#, "", "./peers: No module named 'torch'; its packages are had by"),
    (#"{"engines": [], "missing": []}"#, "echo first >&2; echo last words >&2; exit 3", "last words"),
    ("Python 2.7", "", "./peers answers with Python 2.7"),
  ])
  func saysInOneLineWhyThereIsNoComparison(greeting: String, answers: String, message: String) throws {
    try writePeers(greeting, answers)
    let result = try compare("--network", "resnet6")
    #expect(result.status == 2 && result.output.isEmpty)
    let line = try #require(result.errorLines.last)
    #expect(line.hasPrefix("guise: ") && line.contains(message), "\(result.errors)")
    #expect(result.errorLines.filter { $0.hasPrefix("guise: ") }.count == 1)
  }
}
