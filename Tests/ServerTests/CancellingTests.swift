import Foundation
import TestSupport
import Testing

extension Serving {
  /// Jobs that are cancelled, and servers that end while they compute.
  @Suite struct CancellingTests {
    /// Takes much longer than any test waits, in one computation without parts, also beside many other tests.
    private func startLong(_ server: RunningServer) throws -> String {
      let answer = try server.client.upload(photograph(2400, 1600), name: "large.png", ["model": "photo-to-monet"])
      let id = try #require(answer.json["id"] as? String, "\(answer.text)")
      try waited { try server.client.get("/v1/jobs/\(id)").json["state"] as? String == "running" ? true : nil }
      Thread.sleep(forTimeInterval: 0.5)
      return id
    }

    @Test func computingStopsWithinASecondOrSo() throws {
      let server = try RunningServer()
      let model = try server.addUpscaler()
      let long = try startLong(server)
      let start = ContinuousClock.now
      #expect(try server.client.send("POST", "/v1/jobs/\(long)/cancel").json["state"] as? String == "cancelled")
      // The next job begins only when the computation has ended.
      let next = try #require(
        try server.client.upload(photograph(), name: "a.png", ["model": model]).json["id"] as? String)
      #expect(try server.end(of: next)["state"] as? String == "done")
      #expect(ContinuousClock.now - start < .seconds(15))
      #expect(try server.client.get("/v1/jobs/\(long)/result").status == 409)
      #expect(!server.files.contains { $0.contains(long) })
    }

    /// What an abandoned computation leaves in memory must not show in later results.
    @Test func whatWasCancelledCanBeTriedAgainAndIsRight() throws {
      let server = try RunningServer()
      let photo = try photograph(320, 240)
      let whole = try #require(
        try server.client.upload(photo, name: "a.png", ["model": "photo-to-monet"]).json["id"] as? String)
      _ = try server.end(of: whole)
      let expected = try server.client.get("/v1/jobs/\(whole)/result").body
      let id = try #require(
        try server.client.upload(photo, name: "b.png", ["model": "photo-to-monet"]).json["id"] as? String)
      for delay in [0.0, 0.01, 0.03, 0.08, 0.15] {
        try waited { try server.client.get("/v1/jobs/\(id)").json["state"] as? String != "waiting" ? true : nil }
        Thread.sleep(forTimeInterval: delay)
        guard try server.client.send("POST", "/v1/jobs/\(id)/cancel").status == 200 else { break }
        #expect(try server.client.send("POST", "/v1/jobs/\(id)/retry").status == 200)
      }
      #expect(try server.end(of: id)["state"] as? String == "done")
      #expect(try server.client.get("/v1/jobs/\(id)/result").body == expected)
    }

    @Test func colorizingAndUpscalingCanBeCancelledAtAnyTime() throws {
      let server = try RunningServer()
      for (index, model) in ["colorize", "upscale-photo", "colorize", "upscale-x4", "facades"].enumerated() {
        let answer = try server.client.upload(photograph(400, 300), name: "a.png", ["model": model])
        let id = try #require(answer.json["id"] as? String, "\(answer.text)")
        try waited { try server.client.get("/v1/jobs/\(id)").json["state"] as? String != "waiting" ? true : nil }
        Thread.sleep(forTimeInterval: 0.05 + 0.07 * Double(index))
        _ = try server.client.send("POST", "/v1/jobs/\(id)/cancel")
        #expect(["cancelled", "done"].contains(try server.end(of: id)["state"] as? String))
      }
    }

    @Test func theQueueGoesOnAfterARestart() throws {
      let server = try RunningServer()
      let model = try server.addUpscaler()
      let done = try #require(
        try server.client.upload(photograph(), name: "a.png", ["model": model]).json["id"] as? String)
      _ = try server.end(of: done)
      let long = try startLong(server)
      let waiting = try #require(
        try server.client.upload(photograph(), name: "b.png", ["model": model]).json["id"] as? String)
      let start = ContinuousClock.now
      try server.restart()
      #expect(ContinuousClock.now - start < .seconds(15))
      #expect(try server.client.get("/v1/jobs/\(done)").json["state"] as? String == "done")
      #expect(try server.client.get("/v1/jobs/\(done)/result").status == 200)
      #expect(["waiting", "running"].contains(try server.client.get("/v1/jobs/\(long)").json["state"] as? String))
      #expect(try server.client.get("/v1/jobs/\(waiting)").json["state"] as? String == "waiting")
      _ = try server.client.send("POST", "/v1/jobs/\(long)/cancel")
      #expect(try server.end(of: waiting)["state"] as? String == "done")
      #expect(try server.end(of: waiting)["number"] as? Int == 3)
    }

    @Test func twoServersDoNotShareAQueue() throws {
      let server = try RunningServer()
      let error = #expect(throws: (any Error).self) { try RunningServer(server.folder) }
      #expect("\(error!)".contains("in use by another process"))
    }
  }
}
