import Testing

@Suite struct CommandNameTests {
  private let guise: GuiseProgram

  init() throws { guise = try GuiseProgram() }

  @Test(arguments: [
    (["translte", "-i", "photos"], "there is no command translte: did you mean translate?"),
    (["colourise", "a.jpg"], "there is no command colourise: did you mean colorize?"),
    (["colourize"], "there is no command colourize: did you mean colorize?"),
    (["upscaling", "-o", "out"], "there is no command upscaling: did you mean upscale?"),
    (["training"], "there is no command training: did you mean train?"),
    (["evaluate", "pair", "-i", "x"], "there is no command pair of guise evaluate: did you mean pairs?"),
    (["photo.jpg"], "there is no command photo.jpg: expected translate, upscale, colorize, "),
  ])
  func misspeltCommandsAreRecognised(_ arguments: [String], _ message: String) throws {
    let result = try guise.run(arguments)
    #expect(result.status == 2 && result.errorLines.count == 1)
    #expect(result.errors.hasPrefix("guise: \(message)"), "\(result.errors)")
  }

  @Test(arguments: [["--help"], ["help"], ["help", "translate"], ["evaluate", "--help"], ["--version"]])
  func helpIsNoMisspeltCommand(_ arguments: [String]) throws {
    #expect(try guise.run(arguments).status == 0)
  }
}
