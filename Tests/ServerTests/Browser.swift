import Foundation
import TestSupport

/// A page in a headless Chromium, which ends with this object, or with the tests.
///
/// It is driven by the DevTools protocol: JSON objects that end with a zero byte, on Chromium's file descriptors 3 and 4.
final class Browser {
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  /// What went wrong on the page: console errors and warnings, exceptions, and requests that failed.
  private(set) var problems: [String] = []

  private let process = Process()
  private let socket: Int32
  private var received = Data()
  private var lastID = 0
  private var session: String?

  /// Nil where it is not installed.
  static let program = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":")
    .map { "\($0)/chromium" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Opens an empty page. What is downloaded goes into the folder's subfolder `downloads`.
  init(_ folder: TemporaryFolder) throws {
    var ends: [Int32] = [0, 0]
    socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends)
    socket = ends[0]
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let home = folder.url.appending(path: "browser")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = [
      "-c", "exec \"$0\" \"$@\" 3<&0 4>&0 < /dev/null", Self.program ?? "chromium", "--headless=new", "--no-sandbox",
      "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run",
      "--remote-debugging-pipe", "--user-data-dir=\(home.path)", "about:blank",
    ]
    process.environment = ProcessInfo.processInfo.environment.merging(["HOME": home.path]) { $1 }
    process.standardInput = FileHandle(fileDescriptor: ends[1], closeOnDealloc: false)
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
    close(ends[1])

    try send(
      "Browser.setDownloadBehavior",
      ["behavior": "allow", "downloadPath": folder.url.appending(path: "downloads").path])
    let page = try send("Target.createTarget", ["url": "about:blank"])
    session =
      try send("Target.attachToTarget", ["targetId": page["targetId"] ?? "", "flatten": true])["sessionId"]
      as? String
    for domain in ["Log", "Network", "Page", "Runtime"] { try send("\(domain).enable") }
    try resize(width: 1280)
  }

  deinit {
    // Without its other end, Chromium closes by itself.
    close(socket)
    let start = ContinuousClock.now
    while process.isRunning && ContinuousClock.now - start < .seconds(10) { Thread.sleep(forTimeInterval: 0.02) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  // MARK: What a person does

  func open(_ address: String) throws { try send("Page.navigate", ["url": address]) }

  func reload() throws { try send("Page.reload") }

  func resize(width: Int) throws {
    try send(
      "Emulation.setDeviceMetricsOverride", ["width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false])
  }

  /// Sends no more than so many bytes a second; -1 for as many as can be.
  func limitSending(to bytes: Int) throws {
    try send(
      "Network.emulateNetworkConditions",
      ["offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes])
  }

  /// Drops files onto the middle of an element.
  func drop(_ files: [URL], on selector: String) throws {
    let (x, y) = try place(in: selector, 0.5)
    for type in ["dragEnter", "dragOver", "drop"] {
      let data: [String: Any] = ["items": [Any](), "files": files.map(\.path), "dragOperationsMask": 1]
      try send("Input.dispatchDragEvent", ["type": type, "x": x, "y": y, "data": data])
    }
  }

  /// Draws the mouse across an element, from its middle to a share of its width.
  func drag(_ selector: String, to share: Double) throws {
    for (type, share) in [("mousePressed", 0.5), ("mouseMoved", share), ("mouseReleased", share)] {
      let (x, y) = try place(in: selector, share)
      try send(
        "Input.dispatchMouseEvent",
        ["type": type, "x": x, "y": y, "button": "left", "buttons": type == "mouseReleased" ? 0 : 1, "clickCount": 1])
    }
  }

  /// Chooses files in an input for them.
  func choose(_ files: [URL], in selector: String) throws {
    let input = try send("Runtime.evaluate", ["expression": element(selector)])["result"] as? [String: Any]
    try send("DOM.setFileInputFiles", ["files": files.map(\.path), "objectId": input?["objectId"] ?? ""])
  }

  /// Presses a key on whatever has the focus.
  func press(_ key: String, code: Int) throws {
    for type in ["rawKeyDown", "keyUp"] {
      try send("Input.dispatchKeyEvent", ["type": type, "key": key, "code": key, "windowsVirtualKeyCode": code])
    }
  }

  /// Clicks the first element of a selector, with this text if one is given, once it is there and nothing covers it.
  func click(_ selector: String, _ text: String? = nil) throws {
    try wait(
      """
      (() => {
        const clicked = \(element(selector, text));
        clicked.scrollIntoView({ block: "center", behavior: "instant" });
        const box = clicked.getBoundingClientRect();
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        if (!clicked.contains(top) || clicked.disabled) return false;
        clicked.click();
        return true;
      })()
      """)
  }

  /// Fills in a field.
  func fill(_ id: String, _ value: String) throws {
    try evaluate(
      """
      (() => {
        const field = document.getElementById(\(Self.literal(id)));
        field.value = \(Self.literal(value));
        for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
      })()
      """)
  }

  // MARK: What the page says

  /// The value of a script.
  @discardableResult
  func evaluate(_ script: String) throws -> Any? {
    let answer = try send(
      "Runtime.evaluate",
      ["expression": script, "returnByValue": true, "awaitPromise": true, "userGesture": true])
    if let details = answer["exceptionDetails"] as? [String: Any] {
      let exception = details["exception"] as? [String: Any]
      throw Problem(description: "\(exception?["description"] ?? details["text"] ?? "") in \(script)")
    }
    return (answer["result"] as? [String: Any])?["value"]
  }

  /// Waits until a script is true.
  func wait(_ script: String, within seconds: Double = 120) throws {
    let start = ContinuousClock.now
    while ContinuousClock.now - start < .seconds(seconds) {
      // While the page is loaded, there is nothing to ask.
      if (try? evaluate(script)) as? Bool == true { return }
      Thread.sleep(forTimeInterval: 0.05)
    }
    let text = try evaluate("document.body.innerText") ?? ""
    throw Problem(description: "in vain waited for \(script), on a page that says: \(text); \(problems)")
  }

  /// Waits until there are so many elements of a selector.
  func wait(for count: Int, of selector: String) throws {
    try wait("document.querySelectorAll(\(Self.literal(selector))).length === \(count)")
  }

  /// A place in the middle of an element's height.
  private func place(in selector: String, _ share: Double) throws -> (x: Double, y: Double) {
    let box = try evaluate(
      "(({ x, y, width, height }) => [x, y, width, height])(\(element(selector)).getBoundingClientRect())")
    guard let box = (box as? [Any])?.compactMap({ ($0 as? NSNumber)?.doubleValue }), box.count == 4 else {
      throw Problem(description: "\(selector) is nowhere")
    }
    return (box[0] + share * box[2], box[1] + box[3] / 2)
  }

  private func element(_ selector: String, _ text: String? = nil) -> String {
    let all = "document.querySelectorAll(\(Self.literal(selector)))"
    return text.map { "[...\(all)].find((one) => one.textContent === \(Self.literal($0)))" } ?? "\(all)[0]"
  }

  private static func literal(_ text: String) -> String {
    let data = try? JSONSerialization.data(withJSONObject: text, options: .fragmentsAllowed)
    return data.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  // MARK: The protocol

  /// Sends a command, and returns its result.
  @discardableResult
  private func send(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    lastID += 1
    var command: [String: Any] = ["id": lastID, "method": method, "params": parameters]
    command["sessionId"] = session
    let data = try JSONSerialization.data(withJSONObject: command) + [0]
    guard data.withUnsafeBytes({ Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }) == data.count
    else { throw Problem(description: "Chromium takes no commands") }
    while true {
      let message = try receive()
      guard message["id"] as? Int == lastID else {
        hear(message["method"] as? String ?? "", message["params"] as? [String: Any] ?? [:])
        continue
      }
      if let error = message["error"] as? [String: Any] {
        throw Problem(description: "\(method): \(error["message"] ?? "")")
      }
      return message["result"] as? [String: Any] ?? [:]
    }
  }

  private func receive() throws -> [String: Any] {
    while true {
      if let end = received.firstIndex(of: 0) {
        let message = try JSONSerialization.jsonObject(with: received[..<end])
        received = Data(received[(end + 1)...])
        return message as? [String: Any] ?? [:]
      }
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      let count = recv(socket, &bytes, bytes.count, 0)
      guard count > 0 else { throw Problem(description: "Chromium does not answer") }
      received += bytes[..<count]
    }
  }

  private func hear(_ event: String, _ details: [String: Any]) {
    switch event {
    case "Runtime.exceptionThrown":
      problems.append("exception: \(details["exceptionDetails"] ?? "")")
    case "Runtime.consoleAPICalled" where ["error", "warning", "assert"].contains(details["type"] as? String):
      problems.append("console: \(details["args"] ?? "")")
    case "Log.entryAdded":
      let entry = details["entry"] as? [String: Any] ?? [:]
      if ["error", "warning"].contains(entry["level"] as? String) { problems.append("log: \(entry)") }
    // What the page itself has broken off, by being loaded again, has not failed.
    case "Network.loadingFailed" where details["canceled"] as? Bool != true:
      problems.append("request: \(details)")
    case "Network.responseReceived":
      let response = details["response"] as? [String: Any] ?? [:]
      if (response["status"] as? Int ?? 0) >= 400 {
        problems.append("answer: \(response["status"] ?? "") of \(response["url"] ?? "")")
      }
    default: break
    }
  }
}
