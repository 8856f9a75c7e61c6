/* La raíz de una palabra: la misma regla que `stem`, en `busqueda.py`. Sphinx la pone en el índice. */
function Stemmer() {
  this.stemWord = (word) => {
    word = word.toLowerCase().replace(/ñ/g, "\u0001").normalize("NFD");
    word = word.replace(/[\u0300-\u036f]/g, "").replaceAll("\u0001", "ñ");
    if (word.length < 4) return word;
    if (/ces$/.test(word)) word = `${word.slice(0, -3)}z`;
    else if (/[^aeiou]es$/.test(word)) word = word.slice(0, -2);
    else if (/[aeiou]s$/.test(word)) word = word.slice(0, -1);
    return word.length > 4 && /[aeo]$/.test(word) ? word.slice(0, -1) : word;
  };
}
