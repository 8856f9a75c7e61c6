() =>
  [...document.querySelectorAll("svg g.node:has(path)")].map((n) => [
    getComputedStyle(n.querySelector("path")).fill,
    getComputedStyle(n.querySelector("text")).fill,
  ]);
