import Foundation
import TestSupport
import Testing

extension Serving {
  /// The stream of what changes.
  @Suite struct EventTests {
    @Test func theFirstMessageShowsHowThingsStand() throws {
      let server = try RunningServer()
      let text = try server.client.listen("/v1/events") { $0.contains("\n\n") && $0.contains("event: snapshot") }
      #expect(text.lowercased().contains("content-type: text/event-stream"))
      #expect(text.contains("\"waiting\":0") && text.contains("\"runs\":[]"))
    }

    @Test func whoeverComesBackGetsWhatWasMissed() throws {
      let server = try RunningServer()
      let model = try server.addUpscaler()
      let first = try server.client.listen("/v1/events") { $0.contains("event: snapshot") }
      let known = try #require(first.firstMatch(of: /id: (\S+)/)?.1)
      let id = try #require(
        try server.client.upload(photograph(), name: "a.png", ["model": model]).json["id"] as? String)
      _ = try server.end(of: id)
      let missed = try server.client.listen("/v1/events", headers: ["Last-Event-ID": String(known)]) {
        $0.contains("\"state\":\"done\"")
      }
      #expect(!missed.contains("event: snapshot"))
      let waiting = try #require(missed.range(of: "\"state\":\"waiting\""))
      let done = try #require(missed.range(of: "\"state\":\"done\""))
      #expect(waiting.lowerBound < done.lowerBound && missed.contains("event: queue"))
      let other = try server.client.listen("/v1/events", headers: ["Last-Event-ID": "of another server"]) {
        $0.contains("event: ")
      }
      #expect(other.contains("event: snapshot"))
    }

    @Test func progressIsTold() throws {
      let server = try RunningServer()
      let answer = try server.client.upload(photograph(700, 500), name: "a.png", ["model": "photo-to-monet"])
      let id = try #require(answer.json["id"] as? String, "\(answer.text)")
      let text = try server.client.listen("/v1/events") { $0.components(separatedBy: "event: job").count > 2 }
      #expect(text.contains("\"id\":\"\(id)\""))
      _ = try server.client.send("POST", "/v1/jobs/\(id)/cancel")
    }
  }
}
