"""An event file as TensorBoard's own writer makes it, for the test of Guise's.

Needs tensorboard 2.21 and protobuf. Run in the repository's root: python scripts/golden/event_files.py"""

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

PNG = bytes(range(7, 47))

events = [
    Event(wall_time=1234.5, file_version="brain.Event:2"),
    Event(wall_time=1234.625, step=301, session_log=SessionLog(status=SessionLog.START)),
    Event(wall_time=1235.75, step=301, summary=Summary(value=[
        Summary.Value(tag="losses/cycleA", simple_value=1.5),
        Summary.Value(tag="measures/AtoB.gradientNorm", simple_value=-0.0625),
        Summary.Value(tag="learningRate", simple_value=0.0),
    ])),
    Event(wall_time=1236.0, step=100000, summary=Summary(value=[
        Summary.Value(tag="samples", image=Summary.Image(
            height=300, width=200, colorspace=3, encoded_image_string=PNG)),
    ])),
]

with open("Tests/TrainingTests/Golden/events.tfevents", "wb") as file:
    writer = RecordWriter(file)
    for event in events:
        writer.write(event.SerializeToString())
    writer.flush()
