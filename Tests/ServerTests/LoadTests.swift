import Foundation
import Synchronization
import TestSupport
import Testing

extension Serving {
  /// Many clients at once, and clients that go away.
  @Suite struct LoadTests {
    /// What waits in memory for a client to be served is less than half a MiB.
    @Test func twoHundredClientsGetTheirResultsOrTheAnnouncedLimit() throws {
      let folder = try TemporaryFolder()
      let server = try ServingProgram(folder)
      let client = server.client
      let (name, file) = try RunningServer.upscaler(in: folder, width: 4, blocks: 1)
      let added = try client.send("POST", "/v1/models?name=\(name)", body: file)
      let model = try #require(added.json["id"] as? String, "\(added.text)")
      // Of few pixels, so that receiving them is most of the work.
      let photos = try (0..<4).map { try photograph(12, 10, seed: $0) + Data(count: 256 << 10) }
      let memory = try server.mostMemory()
      let found = Mutex<(refused: Int, results: [[Data]], problems: [String])>((0, [[], [], [], []], []))
      let threads = (0..<200).map { index in
        Work {
          do {
            var answer = try client.upload(photos[index % 4], name: "\(index).png", ["model": model])
            while answer.status == 429 {
              found.withLock { $0.refused += 1 }
              guard answer.error.contains("uploads are under way") else { break }
              Thread.sleep(forTimeInterval: 0.05)
              answer = try client.upload(photos[index % 4], name: "\(index).png", ["model": model])
            }
            guard answer.status == 201, let id = answer.json["id"] as? String else {
              return found.withLock { $0.problems.append("\(answer.status) \(answer.text)") }
            }
            while true {
              let job = try client.get("/v1/jobs/\(id)")
              guard job.status == 200, let state = job.json["state"] as? String, state != "failed" else {
                return found.withLock { $0.problems.append("\(job.status) \(job.text)") }
              }
              if state == "done" { break }
              Thread.sleep(forTimeInterval: 0.1)
            }
            let result = try client.get("/v1/jobs/\(id)/result")
            found.withLock { $0.results[index % 4].append(result.body) }
          } catch {
            found.withLock { $0.problems.append("\(error)") }
          }
        }
      }
      for thread in threads { thread.wait() }
      let (_, results, problems) = found.withLock { $0 }
      #expect(problems == [])
      #expect(results.map(\.count) == [50, 50, 50, 50])
      // Right: each photograph has one result, and no two have the same.
      #expect(results.allSatisfy { Set($0).count == 1 } && Set(results.map { $0.first }).count == 4)
      #expect(try client.get("/v1/queue").json["done"] as? Int == 200)
      let growth = try server.mostMemory() - memory
      #expect(growth < 100, "\(growth) MiB more")
    }

    @Test func uploadsThatAreCutOffLeaveNoFile() throws {
      let server = try RunningServer()
      let photo = try photograph(200, 200)
      for index in 0..<50 {
        try server.client.breakOff(
          "/v1/images?name=a.png", after: photo.prefix(index * 100), of: photo.count)
      }
      try server.expectNoFiles()
      #expect(try server.client.get("/v1/jobs").json["total"] as? Int == 0)
      // And none of them counts as under way any more.
      let model = try server.addUpscaler()
      #expect(try server.client.upload(photo, name: "a.png", ["model": model]).status == 201)
    }
  }
}

/// A thread that can be waited for.
private final class Work: Sendable {
  private let hasEnded = DispatchSemaphore(value: 0)

  init(_ body: @escaping @Sendable () -> Void) {
    Thread.detachNewThread { [hasEnded] in
      body()
      hasEnded.signal()
    }
  }

  func wait() { hasEnded.wait() }
}
