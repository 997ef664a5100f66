import Foundation
import Synchronization
import Tensors
import Training

/// Trains one run at a time, on a thread of its own, and stops it as Ctrl-C would: after the step, with a checkpoint.
final class TrainingHost: Sendable {
  private struct Current {
    let name: String
    var state = RunView.State.starting
    var mustStop = false
  }

  private let outputs: URL
  /// Folders that recipes may name files and folders of, with links resolved.
  private let readable: [URL]
  private let current = Mutex<Current?>(nil)
  /// Why runs ended, by name.
  private let problems = Mutex<[String: String]>([:])
  private let hasChanged: @Sendable (String) -> Void
  private let condition = NSCondition()

  /// - Parameter hasChanged: called with the name of a run that begins or ends.
  init(outputs: URL, readable: [URL], hasChanged: @escaping @Sendable (String) -> Void) {
    self.outputs = outputs
    self.readable = readable.map { $0.standardizedFileURL.resolvingSymlinksInPath() }
    self.hasChanged = hasChanged
  }

  /// The state of a run that is trained here; nil for others.
  func state(of name: String) -> RunView.State? {
    current.withLock { $0.flatMap { $0.name == name ? $0.state : nil } }
  }

  /// The names of runs that were trained here and ended with an error, and of the one that is.
  var known: Set<String> {
    problems.withLock { Set($0.keys) }.union([current.withLock { $0?.name }].compactMap(\.self))
  }

  func problem(of name: String) -> String? { problems.withLock { $0[name] } }

  /// The recipe of a new run. Throws `Refusal`, with the reader's own words for a recipe that cannot be trained.
  func recipe(_ new: NewRun) throws -> Recipe {
    let file = try RecipeForm.file(new.recipe)
    let settings = (new.settings ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    do {
      let recipe = try Recipe(contentsOf: file, settings: settings)
      guard !recipe.data.lacksFolder else {
        throw Refusal.unusable("data.root is empty, expected the folder of images")
      }
      try checkPaths(of: recipe)
      return recipe
    } catch let error as RecipeError {
      guard case .setting(let setting) = error.origin else { throw Refusal.unusable(error.description) }
      throw Refusal.unusable("\(setting): \(error.problem)")
    }
  }

  /// Throws `Refusal` if a run may not be started.
  func start(_ new: NewRun) throws -> RunFolder {
    let recipe = try recipe(new)
    let folder: RunFolder
    do {
      folder = try RunFolder(name: GivenName(new.name).text, in: outputs)
    } catch let error as RunFolderError {
      throw Refusal.unusable("\(error)")
    }
    guard !FileManager.default.fileExists(atPath: folder.root.path) else {
      throw Refusal.conflict("there is a run '\(new.name)': choose another name, or resume it")
    }
    try begin(folder, recipe, resume: false, device: new.device)
    return folder
  }

  /// Throws `Refusal` if a run may not be resumed.
  func resume(_ folder: RunFolder) throws {
    let recipe: Recipe
    do {
      recipe = try Recipe(contentsOf: folder.recipe)
    } catch {
      throw Refusal.unusable("\(error)")
    }
    try checkPaths(of: recipe)
    try begin(folder, recipe, resume: true, device: nil)
  }

  /// Throws `Refusal` if the run is not trained here.
  func stop(_ name: String) throws(Refusal) {
    let isOwn = current.withLock { current -> Bool in
      guard current?.name == name else { return false }
      current?.mustStop = true
      current?.state = .stopping
      return true
    }
    guard isOwn else { throw .conflict("this server is not training '\(name)'") }
    hasChanged(name)
  }

  /// Stops what is trained, and waits for its checkpoint.
  func end() {
    current.withLock { $0?.mustStop = true }
    condition.lock()
    while current.withLock({ $0 != nil }) { condition.wait() }
    condition.unlock()
  }

  private func begin(_ folder: RunFolder, _ recipe: Recipe, resume: Bool, device name: String?) throws {
    guard let choice = DeviceChoice(name ?? DeviceChoice.automatic.description) else {
      throw Refusal.unusable("device is '\(name ?? "")', expected one that /v1/server lists")
    }
    let device: ComputeDevice
    do {
      device = try choice.open()
    } catch {
      throw Refusal.unusable("\(error)")
    }
    let other = current.withLock { current -> String? in
      if let name = current?.name { return name }
      current = Current(name: folder.name)
      return nil
    }
    if let other { throw Refusal.conflict("the run '\(other)' is training: stop it first, or wait") }
    problems.withLock { $0[folder.name] = nil }
    let thread = Thread { [self] in
      device.run { train(folder, recipe, resume: resume) }
      current.withLock { $0 = nil }
      condition.withLock { condition.broadcast() }
      hasChanged(folder.name)
    }
    thread.name = "guise-training"
    thread.stackSize = 16 << 20
    thread.start()
    hasChanged(folder.name)
  }

  private func train(_ folder: RunFolder, _ recipe: Recipe, resume: Bool) {
    do {
      let run = try TrainingRun(recipe: recipe, folder: folder, resume: resume, listeners: folder.reports())
      current.withLock { if $0?.state == .starting { $0?.state = .training } }
      hasChanged(folder.name)
      _ = try run.run { current.withLock { $0?.mustStop ?? true } }
    } catch {
      problems.withLock { $0[folder.name] = "\(error)" }
    }
  }

  /// Throws `Refusal` for a path outside of the folders that may be read.
  private func checkPaths(of recipe: Recipe) throws(Refusal) {
    for key in recipe.keys where key.isPath {
      let path = SettingValue.plain(key.write(recipe))
      guard !path.isEmpty else { continue }
      let resolved = URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath().path
      let isInside = readable.contains { $0.path == "/" || resolved == $0.path || resolved.hasPrefix("\($0.path)/") }
      guard isInside else {
        let names = readable.map(\.path).joined(separator: " and ")
        throw .forbidden("\(key.path) is \(path), which is outside of what training may read here, \(names)")
      }
    }
  }
}

/// What a client says of a run to be started.
struct NewRun: Decodable, Sendable {
  let name: String
  /// A bundled recipe's name.
  let recipe: String
  /// By the paths of keys.
  var settings: [String: String]?
  var device: String?
}
