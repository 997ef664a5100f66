import Files
import Foundation
import TestSupport
import Testing

/// Every request of README.md and docs is made to a server.
@Suite(.enabled(if: ProgramOnPath.find("curl") != nil, "curl is not installed"))
struct DocumentedRequestsTests {
  @Test func requestsAreAnswered() throws {
    let project = TestData.samples.appending(path: "../..").standardized
    let requests = try DocumentedCommand.all(in: project).filter {
      CommandTreatment($0, canMakeFilms: true) == .asked
    }
    let scene = try DocumentedScene(project: project, films: false)
    try scene.guise.write("curl/.curlrc", Data("silent\nmax-time = 2\nwrite-out = \"%{stderr}\\n%{http_code}\"\n".utf8))
    let port = try scene.guise.freePort()
    let client = PlainClient(port: port)
    let served = try scene.guise.run(["serve", "--port", "\(port)", "--folder", "scene/photos", "--output", "served"]) {
      process in
      defer { process.terminate() }
      let job = try answer { try client.upload(Data(contentsOf: scene.guise["scene/photo.jpg"]), name: "photo.jpg") }
      let id = try #require(job.json["id"] as? String, "\(job.text)")
      _ = try answer { try client.get("/v1/jobs/\(id)/result").status == 200 ? true : nil }
      for request in requests {
        let text = request.text.replacing(/(127\.0\.0\.1|host):7860/, with: "127.0.0.1:\(port)")
          .replacing("/ID", with: "/\(id)")
        let result = try scene.inCopy { copy in
          try scene.shell(text, in: copy, environment: ["CURL_HOME": scene.guise["curl"].path])
        }
        let status = result.errors.split(separator: "\n").last.flatMap { Int($0) } ?? 0
        // A job that is done can no longer be cancelled.
        #expect((200..<300).contains(status) || status == 409, "\(request): \(status) \(result.errors)")
      }
    }
    #expect(served.status == 0, "\(served.errors)")
  }

  private func answer<Value>(_ ask: () throws -> Value?) throws -> Value {
    for _ in 0..<600 {
      if let value = try? ask() { return value }
      Thread.sleep(forTimeInterval: 0.05)
    }
    throw PlainClient.Broken()
  }
}
