import Files
import Foundation
import GuiseCommand
import Synchronization
import TestSupport
import Testing

/// Every command of README.md and docs is tried as it stands.
@Suite struct DocumentsTests {
  private static let project = TestData.samples.appending(path: "../..").standardized
  private static let canMakeFilms = ProgramOnPath.find("ffmpeg") != nil

  private let commands: [DocumentedCommand]

  init() throws { commands = try DocumentedCommand.all(in: Self.project) }

  private func commands(_ treatment: CommandTreatment) -> [DocumentedCommand] {
    commands.filter { CommandTreatment($0, canMakeFilms: Self.canMakeFilms) == treatment }
  }

  /// Two at a time: most of a command's time is its start.
  private func forEach(_ commands: [DocumentedCommand], _ body: @Sendable (DocumentedCommand) -> String?) {
    let complaints = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: commands.count) { index in
      if let complaint = body(commands[index]) {
        complaints.withLock { $0.append("\(commands[index]): \(complaint)") }
      }
    }
    for complaint in complaints.withLock({ $0 }).sorted() { Issue.record("\(complaint)") }
  }

  @Test func everyCommandIsTried() {
    let counts = CommandTreatment.allCases.map { "\(commands($0).count) \($0)" }
    print("commands of the documents: \(counts.joined(separator: ", "))")
    // Where blocks are no longer found, or none of a kind, this test has come to nothing.
    #expect(commands.count > 100 && commands(.run).count > 40 && commands(.read).count > 20)
    for treatment in CommandTreatment.allCases { #expect(!commands(treatment).isEmpty, "\(treatment)") }
  }

  @Test func commandsRun() throws {
    let scene = try DocumentedScene(project: Self.project, films: Self.canMakeFilms)
    forEach(commands(.run)) { command in
      do {
        let result = try scene.run(command)
        return result.status == 0 ? nil : "\(result.status) \(result.errors)"
      } catch {
        return "\(error)"
      }
    }
  }

  @Test func argumentsAreThoseOfTheProgram() throws {
    let scene = try DocumentedScene(project: Self.project, films: false)
    forEach(commands(.read)) { command in
      do {
        let all = try scene.arguments(of: command)
        if all.isEmpty { return "does not name guise" }
        return all.compactMap { CommandReading.complaint(about: $0) }.first
      } catch {
        return "\(error)"
      }
    }
  }

  @Test func scriptsAreThere() throws {
    let scene = try DocumentedScene(project: Self.project, films: false)
    forEach(commands(.script)) { command in
      guard let path = command.text.firstMatch(of: /scripts\/[\w\/.-]+/)?.0 else { return "names no script" }
      let file = Self.project.appending(path: path).path
      let firstLine = (try? String(contentsOfFile: file, encoding: .utf8))?.prefix { $0 != "\n" } ?? ""
      let isPython = firstLine.contains("python") || path.hasSuffix(".py")
      let check = isPython ? "import ast, sys; ast.parse(open(sys.argv[1]).read())" : ""
      do {
        let result = try scene.shell(
          isPython ? "python3 -c '\(check)' '\(file)'" : "bash -n '\(file)'", in: Self.project)
        return result.status == 0 ? nil : result.errors
      } catch {
        return "\(error)"
      }
    }
  }

  @Test func theShellCanReadWhatOthersRun() throws {
    let scene = try DocumentedScene(project: Self.project, films: false)
    forEach(commands(.foreign)) { command in
      guard !command.text.contains(/\bguise\s+[a-z]/) else { return "names guise, and no way to try it is known" }
      let quoted = command.text.replacingOccurrences(of: "'", with: "'\\''")
      return (try? scene.shell("bash -n -c '\(quoted)'", in: Self.project))?.status == 0 ? nil : "cannot be read"
    }
  }

  @Test func wrongCommandsAreFound() throws {
    let text = """
      ```sh
      guise upscale none.jpg     # there is no such file
      guise train horse2zebra --epochs 3
      guise train horse2zebra --data x --set optimizer.speed=3
      mpirun -n 2 sh -c 'guise colorize x --shard $((OMPI_COMM_WORLD_RANK + 3))/2'
      guise train horse2zebra \\
        --data my/images
      ```
      <!-- not run: there is no photograph -->
      ```sh
      guise upscale none.jpg
      ```
      """
    let commands = DocumentedCommand.commands(of: text, in: "x.md")
    #expect(commands.map(\.line) == [2, 3, 4, 5, 6, 11])
    #expect(commands.map(\.reason) == [nil, nil, nil, nil, nil, "there is no photograph"])
    let treatments = commands.map { CommandTreatment($0, canMakeFilms: true) }
    #expect(treatments == [.run, .read, .read, .read, .read, .read])
    let scene = try DocumentedScene(project: Self.project, films: false)
    #expect(try scene.run(commands[0]).status == 2)
    let complaints = try commands.dropFirst().map { command in
      try scene.arguments(of: command).map { CommandReading.complaint(about: $0) ?? "" }
    }
    #expect(complaints[0][0].contains("epochs") && complaints[1][0].contains("speed"), "\(complaints)")
    #expect(complaints[2][0].contains("shard"), "\(complaints)")
    #expect(complaints[3] == [""] && complaints[4] == [""])
  }
}
