import Foundation
import TestSupport
import Testing

extension Serving {
  /// The page in a real browser, on the real program.
  @Suite(.enabled(if: Browser.program != nil, "Chromium is not installed, so the page is not tried in a browser"))
  struct BrowserTests {
    @Test func photosAreEnlargedComparedDownloadedAndCancelled() throws {
      let folder = try TemporaryFolder()
      let photos = try (1...3).map { index in
        try folder.add("photos/\(index).png", photograph(seed: UInt64(index)))
      }
      let server = try ServingProgram(folder)
      let browser = try Browser(folder)
      try browser.open(server.address)
      try browser.wait("document.querySelectorAll('#models .card').length > 1")
      try browser.drop(photos, on: "#drop")
      try browser.wait(for: 3, of: "#chosen li")
      try browser.click("#start")
      try browser.wait(for: 3, of: "[data-state=done]")

      try browser.click("[data-state=done] button", "Look")
      try browser.wait(for: 1, of: "#viewer input:focus")
      try browser.wait("[...document.querySelectorAll('#viewer img')].every((image) => image.naturalWidth > 0)")
      try browser.press("ArrowLeft", code: 37)
      try browser.wait("document.querySelector('#viewer .box').style.getPropertyValue('--split') === '49%'")
      try browser.drag("#viewer .box", to: 0.25)
      try browser.wait("document.querySelector('#viewer input').value === '25'")
      try browser.press("Escape", code: 27)
      try browser.wait("!document.querySelector('#viewer').open")

      try browser.click("#zip")
      try expectZip(in: folder)

      let large = try folder.add("large.png", photograph(2400, 1600))
      try browser.click("#task-translate")
      try browser.choose([large], in: "#files")
      try browser.limitSending(to: 1 << 20)
      try browser.click("#start")
      try browser.wait("/Sending 1 of 1, [1-9]/.test(document.getElementById('start').textContent)")
      try browser.limitSending(to: -1)
      try browser.wait(for: 1, of: "[data-state=running]")
      try browser.choose(Array(photos.prefix(2)), in: "#files")
      try browser.click("#start")
      try browser.wait(for: 2, of: "[data-state=waiting]")
      try browser.reload()
      try browser.wait(for: 6, of: "[data-state]")
      try browser.wait(for: 2, of: "[data-state=waiting]")
      try browser.click("[data-state=running] button", "Cancel")
      try browser.wait(for: 1, of: "[data-state=cancelled]")
      try browser.wait(for: 5, of: "[data-state=done]")
      try browser.click("[data-state=cancelled] button", "Retry")
      try browser.click("[data-state=running] button", "Cancel")
      try browser.wait(for: 1, of: "[data-state=cancelled]")

      try browser.resize(width: 360)
      try browser.wait("document.documentElement.scrollWidth <= 360")
      #expect(browser.problems == [])
    }

    /// The zip file that was downloaded has the command line's results.
    private func expectZip(in folder: TemporaryFolder) throws {
      let downloads = folder.url.appending(path: "downloads")
      let zip = try waited {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: downloads.path)) ?? []
        return names.first { $0.hasSuffix(".zip") }
      }
      try unzip("downloads/\(zip)", into: "zip", in: folder)
      try run(BuiltProgram.url("guise"), "upscale", "-i", "photos", "-o", "own", in: folder)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.appending(path: "zip").path)
      #expect(names.sorted() == ["1-x4.png", "2-x4.png", "3-x4.png"])
      for index in 1...3 {
        let sent = try Data(contentsOf: folder.url.appending(path: "zip/\(index)-x4.png"))
        #expect(try sent == Data(contentsOf: folder.url.appending(path: "own/\(index).png")))
      }
    }

    @Test func modelsAreAddedAndRunsTrained() throws {
      let folder = try TemporaryFolder()
      for index in 0..<4 { try folder.add("photos/\(index).png", photograph(64, 64, seed: UInt64(index))) }
      let (name, file) = try RunningServer.upscaler(in: folder, width: 4, blocks: 1)
      let server = try ServingProgram(folder)
      let browser = try Browser(folder)
      try browser.open(server.address)
      try browser.wait("document.querySelectorAll('#models .card').length > 1")
      try browser.click("#add-model summary")
      try browser.choose([folder.add("added/\(name)", file)], in: "#model-file")
      try browser.wait(for: 1, of: "[id='model-added:\(name)']:checked")
      try browser.click("#models button", "Delete")
      try browser.wait(for: 0, of: "[id='model-added:\(name)']")

      try browser.click("#training-link")
      try browser.click("#new-run summary")
      try browser.wait("document.getElementById('key-batch') !== null")
      try browser.evaluate("document.querySelector('#keys p').id = 'other-recipe'")
      try browser.fill("recipe-name", "upscale-x4")
      try browser.wait(for: 0, of: "#other-recipe")
      for (key, value) in TrainingTests.smallRun(steps: 100_000, data: "photos") {
        try browser.fill("key-\(key)", value)
      }
      try browser.fill("run-name", "small")
      try browser.fill("run-device", "cpu")
      try browser.click("#recipe button", "Start training")
      try browser.wait("/training, step [1-9]/.test(document.getElementById('run').textContent)")
      try browser.wait("document.querySelector('#run .curve') !== null")
      try browser.wait("document.querySelector('#run .samples')?.naturalWidth > 0")
      try browser.click("#run button", "Stop, with a checkpoint")
      try browser.wait("/stopped, step [1-9]/.test(document.getElementById('run').textContent)")
      #expect(try server.client.get("/v1/runs/small").json["state"] as? String == "stopped")

      try browser.resize(width: 360)
      try browser.wait("document.documentElement.scrollWidth <= 360")
      #expect(browser.problems == [])
    }
  }
}
