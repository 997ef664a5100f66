import Foundation

/// One of TensorBoard's events, with the field numbers of its `event.proto` and `summary.proto`.
package struct TensorBoardEvent {
  package enum Content {
    /// The first event of a file.
    case fileVersion
    /// A run begins or goes on: readers drop what they have from this step on.
    case restart
    case scalars([(tag: String, value: Float)])
    case image(tag: String, png: Data, width: Int, height: Int)
  }

  /// In seconds since 1970.
  private let time: Double
  private let step: Int
  private let content: Content

  package init(time: Double, step: Int = 0, _ content: Content) {
    self.time = time
    self.step = step
    self.content = content
  }

  /// The event as a record of a TFRecord file: its length, a checksum of that, its bytes, a checksum of those.
  package var record: Data {
    let bytes = message.bytes
    var length = Data()
    length.append(littleEndian: UInt64(bytes.count))
    var record = length
    record.append(littleEndian: CRC32C.masked(length))
    record.append(bytes)
    record.append(littleEndian: CRC32C.masked(bytes))
    return record
  }

  private var message: ProtobufMessage {
    var event = ProtobufMessage()
    event.add(1, time)
    // As other writers do: a field that is 0 is left out.
    if step != 0 { event.add(2, step) }
    switch content {
    case .fileVersion:
      event.add(3, "brain.Event:2")
    case .restart:
      var session = ProtobufMessage()
      session.add(1, 1)
      event.add(7, session)
    case .scalars(let scalars):
      event.add(5, Self.summary(scalars.map { tag, value in Self.value(tag) { $0.add(2, value) } }))
    case .image(let tag, let png, let width, let height):
      event.add(5, Self.summary([Self.value(tag) { $0.add(4, Self.image(png, width, height)) }]))
    }
    return event
  }

  private static func summary(_ values: [ProtobufMessage]) -> ProtobufMessage {
    values.reduce(into: ProtobufMessage()) { $0.add(1, $1) }
  }

  private static func value(_ tag: String, _ addValue: (inout ProtobufMessage) -> Void) -> ProtobufMessage {
    var value = ProtobufMessage()
    value.add(1, tag)
    addValue(&value)
    return value
  }

  /// In RGB, which is colour space 3.
  private static func image(_ png: Data, _ width: Int, _ height: Int) -> ProtobufMessage {
    var image = ProtobufMessage()
    image.add(1, height)
    image.add(2, width)
    image.add(3, 3)
    image.add(4, png)
    return image
  }
}
