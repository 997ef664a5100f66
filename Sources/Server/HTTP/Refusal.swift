import HTTPTypes

/// A request that is not carried out, with the reason in words for whoever sent it.
struct Refusal: Error {
  let status: HTTPResponse.Status
  /// What was found, what was expected, what to do.
  let text: String

  init(_ status: HTTPResponse.Status, _ text: String) {
    self.status = status
    self.text = text
  }

  static func invalid(_ text: String) -> Refusal { Refusal(.badRequest, text) }
  static func forbidden(_ text: String) -> Refusal { Refusal(.forbidden, text) }
  static func missing(_ text: String) -> Refusal { Refusal(.notFound, text) }
  static func conflict(_ text: String) -> Refusal { Refusal(.conflict, text) }
  static func tooLarge(_ text: String) -> Refusal { Refusal(.contentTooLarge, text) }
  static func unreadable(_ text: String) -> Refusal { Refusal(.unsupportedMediaType, text) }
  static func unusable(_ text: String) -> Refusal { Refusal(.unprocessableContent, text) }
  static func busy(_ text: String) -> Refusal { Refusal(.tooManyRequests, text) }
  static func full(_ text: String) -> Refusal { Refusal(.init(code: 507, reasonPhrase: "Insufficient Storage"), text) }
}
