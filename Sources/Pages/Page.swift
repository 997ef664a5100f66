import Foundation

/// An HTML page that needs no server and no other files than the images that it shows.
package struct Page {
  package var title: String
  /// The interval in seconds at which a browser reloads the page; nil for never.
  package var refresh: Int?
  package var body: String

  package init(title: String, refresh: Int? = nil, body: String) {
    self.title = title
    self.refresh = refresh
    self.body = body
  }

  package var html: String {
    let refreshing = refresh.map { "<meta http-equiv=\"refresh\" content=\"\($0)\">\n" } ?? ""
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      \(refreshing)<title>\(Self.escaped(title))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <main>
      <h1>\(Self.escaped(title))</h1>
      \(body)
      </main>
      </body>
      </html>

      """
  }

  /// Text escaped for an element or a quoted attribute.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  /// A path relative to the page's folder, escaped for `src` or `href`.
  package static func link(_ path: String) -> String {
    var allowed = CharacterSet.urlPathAllowed
    allowed.remove(charactersIn: ":;'&")
    let encoded = path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
    return escaped(path.hasPrefix("/") ? "file://\(encoded)" : encoded)
  }

  private static let style = """
    :root {
      color-scheme: light dark;
      --paper: #fbfaf8; --ink: #23211e; --quiet: #76716a; --line: #e2ded7; --card: #ffffff;
      --curve: #2f6f9f; --band: #2f6f9f26; --alarm: #b3261e;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #191a1c; --ink: #e6e3de; --quiet: #99948c; --line: #34363a; --card: #222427;
        --curve: #7ab8e0; --band: #7ab8e02e; --alarm: #ff8a80;
      }
    }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
    main { max-width: 1200px; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
    h1 { font-size: 1.6rem; font-weight: 600; margin: 0 0 .5rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.1rem; font-weight: 600; margin: 2.5rem 0 .75rem; }
    p { margin: .25rem 0; }
    a { color: inherit; }
    .quiet, figcaption { color: var(--quiet); font-size: .9rem; }
    .alarm { color: var(--alarm); }
    .grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); }
    .card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .75rem; }
    .pair { display: grid; gap: .5rem; grid-template-columns: 1fr 1fr; margin: 0 0 1.5rem; }
    .pair figcaption { grid-column: 1 / -1; overflow-wrap: anywhere; }
    figure { margin: 0 0 1rem; }
    img { display: block; width: 100%; height: auto; border-radius: 4px; }
    .samples { display: grid; grid-template-columns: max-content minmax(0, max-content); gap: .25rem .5rem; }
    /* Small crops are enlarged, so that columns have room for their names; 9rem is what lies beside them. */
    .samples img { width: auto; min-width: min(100vw - 9rem, 480px); max-width: min(100%, 780px); }
    .samples .columns { grid-column: 2; display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; }
    .samples .columns span { padding-right: .5rem; overflow-wrap: anywhere; }
    .samples .groups { grid-column: 1; display: grid; grid-auto-rows: 1fr; align-items: center; }
    .samples a, .samples input, .samples figcaption { grid-column: 2; }
    .samples input { width: 100%; }
    summary { margin-top: 1rem; }
    progress { width: 100%; height: .6rem; accent-color: var(--curve); }
    svg { display: block; width: 100%; height: auto; }
    svg text { fill: var(--quiet); font: 11px system-ui, sans-serif; }
    svg .rule { stroke: var(--line); stroke-width: 1; }
    svg .curve { fill: none; stroke: var(--curve); stroke-width: 1.5; stroke-linejoin: round; }
    svg .point { fill: var(--curve); }
    svg .band { fill: var(--band); }
    pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .75rem; overflow-x: auto; }
    """
}
