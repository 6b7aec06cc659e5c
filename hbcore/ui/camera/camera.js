// The live camera of the check page: hands a small picture to the desk, the next one when that has been looked at. After a hit
// it beeps, trembles, and rests a moment; after two minutes without one it stops until it is touched. Nothing is kept here.

const SIDE = 640, REST = 2500, IDLE = 120000;
const cameras = new WeakMap();

function beep() {
  const sound = new AudioContext(), tone = sound.createOscillator();
  tone.connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + 0.08);
  tone.onended = () => sound.close();
  navigator.vibrate?.(80);
}

class Camera {
  constructor(parent) {
    this.video = parent.querySelector("video");
    this.wake = parent.querySelector("button");
    this.wake.onclick = () => this.start();
    this.canvas = document.createElement("canvas");
    this.hits = null;
    this.start();
  }

  async start() {
    this.until = Date.now() + IDLE;
    this.wake.hidden = true;
    try {
      const wanted = { facingMode: "environment", width: { ideal: 1280 } };
      this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
    } catch {
      this.tell("refused", true); // no camera, no permission, or no HTTPS
      return;
    }
    this.video.srcObject = this.stream;
    await this.video.play();
    this.send();
  }

  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
  }

  seen(data, tell) {
    this.tell = tell;
    if (this.hits !== null && data.hits !== this.hits) {
      beep();
      this.until = Date.now() + IDLE;
      this.next = Date.now() + REST;
    }
    this.hits = data.hits;
    this.wake.textContent = data.wake;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), Math.max(250, (this.next ?? 0) - Date.now()));
  }

  send() {
    if (!this.stream || !this.video.videoWidth) {
      return;
    }
    if (Date.now() > this.until) {
      this.stop();
      this.wake.hidden = false;
      return;
    }
    const side = Math.min(this.video.videoWidth, this.video.videoHeight), { canvas, video } = this;
    canvas.width = canvas.height = Math.min(side, SIDE);
    const left = (video.videoWidth - side) / 2, top = (video.videoHeight - side) / 2;
    canvas.getContext("2d").drawImage(video, left, top, side, side, 0, 0, canvas.width, canvas.height);
    this.tell("picture", canvas.toDataURL("image/jpeg", 0.7));
  }
}

export default function ({ parentElement, data, setTriggerValue }) {
  const camera = cameras.get(parentElement) ?? new Camera(parentElement);
  cameras.set(parentElement, camera);
  camera.seen(data, setTriggerValue);
  return () => {
    clearTimeout(camera.timer);
    camera.stop();
    cameras.delete(parentElement);
  };
}
