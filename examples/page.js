// What the pages among the examples do with the outcome.

/** Shows what the promise comes to, or what went wrong, in the page's <output>, as JSON. */
export function show(outcome) {
  const output = document.querySelector("output");
  const print = (told) => {
    output.textContent = JSON.stringify(told, null, 2);
  };
  outcome.then(print, (error) => print({ error: `${error.name}: ${error.message}` }));
}
