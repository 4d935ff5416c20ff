import 'kallima/element';

const face = document.querySelector('kallima-generator');
const shown = document.querySelector('#shown');
face.addEventListener('draw', ({ detail }) => {
  shown.textContent = `This is face ${detail.seed}.`;
});
