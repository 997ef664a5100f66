/// How a command of a document is tried.
enum CommandTreatment: String, CaseIterable {
  /// To its end, in a folder that holds what the documents suppose.
  case run
  /// By the shell, with stand-ins for the programs: what `guise` is given is read as it reads it itself, and so are recipes.
  case read
  /// Asked of a server.
  case asked
  /// A script of the project's own: it exists, and the shell or Python can read it.
  case script
  /// Of other programs, such as pip: the shell can read it.
  case foreign

  init(_ command: DocumentedCommand, canMakeFilms: Bool) {
    let text = command.text
    // The first that fits counts.
    let kind: CommandTreatment =
      switch true {
      case text.hasPrefix("#!"): .read  // for batch schedulers
      case text.starts(with: /((bash|sudo|python3|\.venv\/bin\/python) )?scripts\//): .script
      case text.starts(with: /(mpirun|srun|podman run)\s/): .read  // launchers
      case text.hasPrefix("curl "): .asked
      case text.starts(with: /guise (train|serve|bench)\s/): .read  // they take hours, or have no end
      case text.starts(with: /guise .* --device vulkan/): .read  // on GPUs
      case text.starts(with: /guise .* --features\s/): .read  // by published networks, which are large
      case text.hasPrefix("guise "): .run
      default: .foreign
      }
    let isOfFilm = text.contains(/\.(mp4|mov|avi|mkv|webm)|--films/)
    let isRead = command.reason != nil || (isOfFilm && !canMakeFilms)
    self = isRead && [.run, .asked].contains(kind) ? .read : kind
  }
}
