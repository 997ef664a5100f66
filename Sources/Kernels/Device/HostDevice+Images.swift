extension HostDevice {
  package func pixels(of source: PixelSource, adding addend: Buffer?) -> Buffer {
    output(source.batch * source.height * source.width * source.channels) {
      PixelReader(source).readAll(into: $0, adding: addend?.pointer)
    }
  }

  package func mapped(_ images: Buffer, rows: AxisMap, columns: AxisMap, batch: Int, channels: Int) -> Buffer {
    output(batch * rows.outputSize * columns.outputSize * channels) {
      SeparableMap.apply(
        rows: rows, columns: columns, batch: batch, channels: channels, input: images.pointer, output: $0)
    }
  }

  package func maximumPlaces(_ pooling: PoolingGeometry, of images: Buffer) -> Buffer {
    let count = pooling.batch * pooling.outputImageCount
    return output(count) { places in
      places.withMemoryRebound(to: Int32.self, capacity: count) {
        MaximumPooling.findPlaces(pooling, input: images.pointer, places: $0)
      }
    }
  }

  package func gathered(_ pooling: PoolingGeometry, places: Buffer, from images: Buffer) -> Buffer {
    output(pooling.batch * pooling.outputImageCount) { output in
      places.pointer.withMemoryRebound(to: Int32.self, capacity: places.count) {
        MaximumPooling.gather(pooling, places: $0, input: images.pointer, into: output)
      }
    }
  }

  package func scattered(_ pooling: PoolingGeometry, places: Buffer, from windows: Buffer) -> Buffer {
    output(pooling.batch * pooling.inputImageCount) { output in
      places.pointer.withMemoryRebound(to: Int32.self, capacity: places.count) {
        MaximumPooling.scatter(pooling, places: $0, output: windows.pointer, into: output)
      }
    }
  }
}
