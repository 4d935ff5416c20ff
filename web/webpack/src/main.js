import 'kallima/element';
import { loadGenerator } from 'kallima/generator';

const face = document.querySelector('kallima-generator');
const shown = document.querySelector('#shown');
face.addEventListener('draw', ({ detail }) => {
  shown.textContent = `This is face ${detail.seed}.`;
});

// The same without the element: a canvas of your own.
const generator = await loadGenerator('faces.onnx');
const latent = generator.latent(7).slerp(generator.latent(8), 0.5);
await generator.draw(document.querySelector('canvas'), { latent });
