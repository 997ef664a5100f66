import Foundation
import Pages

/// The sample grids of a run, one at a time: a slider goes through the steps, columns and rows are named.
struct SampleViewer {
  /// In order.
  let steps: [Int]
  let file: (_ step: Int) -> URL
  let labels: SampleLabels

  /// Empty without grids. Without scripts, the newest one is shown.
  var html: String {
    guard let newest = steps.last else { return "" }
    let link = link(newest)
    return """
      <h2>Samples</h2>
      <figure class="samples">
      \(names(labels.columns, "columns"))
      \(names(labels.groups, "groups"))
      <a id="sample-link" href="\(link)"><img id="sample" src="\(link)" alt="samples after step \(newest)"></a>
      \(slider)
      <figcaption id="sample-step">after step \(newest)</figcaption>
      </figure>
      \(script)
      """
  }

  private func link(_ step: Int) -> String { Page.link("samples/\(file(step).lastPathComponent)") }

  private func names(_ names: [String], _ place: String) -> String {
    guard !names.isEmpty else { return "" }
    return "<div class=\"\(place) quiet\">\(names.map { "<span>\(Page.escaped($0))</span>" }.joined())</div>"
  }

  private var slider: String {
    guard steps.count > 1 else { return "" }
    return
      "<input id=\"sample-slider\" type=\"range\" min=\"0\" max=\"\(steps.count - 1)\" value=\"\(steps.count - 1)\" "
      + "aria-label=\"step of the samples\">"
  }

  /// An earlier step that was chosen stays chosen when the page is loaded again.
  private var script: String {
    guard steps.count > 1 else { return "" }
    return """
      <script>
      const steps = [\(steps.map(String.init).joined(separator: ","))];
      const find = name => document.getElementById(name);
      const slider = find("sample-slider");
      function show() {
        const step = steps[slider.value];
        find("sample").src = find("sample-link").href = `samples/step-${String(step).padStart(6, "0")}.png`;
        find("sample-step").textContent = `after step ${step}`;
        location.replace(slider.value == slider.max ? "#newest" : `#step-${step}`);
      }
      slider.addEventListener("input", show);
      const chosen = steps.indexOf(Number(location.hash.replace("#step-", "")));
      if (chosen >= 0) { slider.value = chosen; show(); }
      </script>
      """
  }
}
