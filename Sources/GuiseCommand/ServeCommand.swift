import ArgumentParser
import Foundation
import Server

struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Open a page in the browser for all of this, and an HTTP interface for scripts.",
    discussion: """
      Example: guise serve --folder photos --open

      The queue of jobs outlives the page and the server: it lies in .guise-serve in the folder of runs. Only this machine \
      reaches the page, unless --host says otherwise, which takes a --token. Ctrl-C ends the server; what was being computed \
      goes on at its next start.
      """)

  @Option(help: ArgumentHelp("The port; 0 takes any that is free.", valueName: "number"))
  var port = 7860

  @Option(
    help: ArgumentHelp("The address to listen at, such as 0.0.0.0 for all of this machine's.", valueName: "address"))
  var host = "127.0.0.1"

  @Option(help: ArgumentHelp("A folder of photographs that the page can use where they lie.", valueName: "folder"))
  var folder: String?

  @Option(
    help: ArgumentHelp(
      "What clients must say to be answered; may be repeated: each token has its own jobs, and the first one is the host's, who "
        + "also trains.", valueName: "text"))
  var token: [String] = []

  @Option(help: ArgumentHelp("Folder of all training runs, and of the queue.", valueName: "folder"))
  var output = "outputs"

  @Flag(help: "Open the page in the browser.")
  var open = false

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("--port is \(port), expected 0 to 65535") }
  }

  func run() throws {
    var options = GuiseServer.Options()
    (options.host, options.port, options.tokens) = (host, port, token)
    options.folder = folder.map { URL(filePath: $0, directoryHint: .isDirectory) }
    options.outputs = URL(filePath: output, directoryHint: .isDirectory)
    let server = try GuiseServer(options)
    Interruption.watch()
    let address = "http://\(host == "0.0.0.0" || host == "::" ? "localhost" : host):\(try server.start())/"
    let page = token.first.map { "\(address)login?token=\(Self.coded($0))" } ?? address
    StandardStreams.printNow("open \(page) in a browser; Ctrl-C ends the server")
    if open { Self.open(page) }
    while Interruption.signal == nil { Thread.sleep(forTimeInterval: 0.1) }
    server.stop()
  }

  private static func coded(_ token: String) -> String {
    token.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? token
  }

  /// Where there is no such program, the address has been printed all the same.
  private static func open(_ address: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["xdg-open", address]
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try? process.run()
  }
}
