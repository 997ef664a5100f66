import Foundation
import TestSupport
import Testing

@Suite struct ServeCommandTests {
  private let guise: GuiseProgram

  init() throws { guise = try GuiseProgram() }

  private func ask<Value>(_ answer: () throws -> Value?) throws -> Value {
    for _ in 0..<600 {
      if let value = try? answer() { return value }
      Thread.sleep(forTimeInterval: 0.05)
    }
    throw PlainClient.Broken()
  }

  @Test func aResultHasTheBytesOfTheCommandLines() throws {
    try guise.write("models/README", Data())
    try guise.writeUpscaler("models/small.safetensors")
    try guise.writeImage("a.jpg")
    let upscaled = try guise.run(["upscale", "a.jpg", "-o", "own.jpg", "-m", "models/small.safetensors"])
    #expect(upscaled.status == 0, "\(upscaled.errors)")
    let port = try guise.freePort()
    let client = PlainClient(port: port)
    var bytes: Data?
    let served = try guise.run(
      ["serve", "--port", "\(port)"], environment: ["GUISE_MODELS": guise["models"].path]
    ) { process in
      defer { process.terminate() }
      let job = try ask { try client.upload(Data(contentsOf: guise["a.jpg"]), name: "a.jpg", ["model": "small"]) }
      let id = try #require(job.json["id"] as? String, "\(job.text)")
      let result = try ask {
        let answer = try client.get("/v1/jobs/\(id)/result")
        return answer.status == 200 ? answer : nil
      }
      bytes = result.body
    }
    #expect(served.status == 0 && served.errors.isEmpty, "\(served.errors)")
    #expect(served.output == "open http://127.0.0.1:\(port)/ in a browser; Ctrl-C ends the server\n")
    #expect(try bytes == Data(contentsOf: guise["own.jpg"]))
  }

  @Test func whatCannotBeServedIsSaid() throws {
    let open = try guise.run(["serve", "--host", "0.0.0.0"])
    #expect(open.status == 2 && open.errors.contains("give one with --token"), "\(open.errors)")
    let missing = try guise.run(["serve", "--folder", "nowhere"])
    #expect(missing.status == 2 && missing.errors.contains("there is no folder nowhere"), "\(missing.errors)")
    #expect(try guise.run(["serve", "--port", "70000"]).status == 2)
    #expect(!guise.exists("outputs"))

    let port = try guise.freePort()
    let first = try guise.run(["serve", "--port", "\(port)"]) { process in
      defer { process.interrupt() }
      _ = try ask { try PlainClient(port: port).get("/v1/server") }
      let second = try guise.run(["serve", "--port", "\(port)", "--output", "other"])
      #expect(second.status == 2 && second.errors.contains("port \(port) of 127.0.0.1 is taken"), "\(second.errors)")
      let same = try guise.run(["serve", "--port", "0"])
      #expect(same.status == 2 && same.errors.contains("in use by another process"), "\(same.errors)")
    }
    #expect(first.status == 0, "\(first.errors)")
  }
}
