// Nothing leaves this page: the answers become a file on the respondent's own device.
document.getElementById("save").addEventListener("click",function(){
var names=[],cells=[];
document.querySelectorAll("fieldset").forEach(function(set){
names.push(set.querySelector("input").name);
var chosen=set.querySelector("input:checked");
cells.push(chosen?chosen.value:"");});
var link=document.createElement("a");
link.href="data:text/csv;charset=utf-8,"+encodeURIComponent(names.join(",")+"\n"+cells.join(",")+"\n");
link.download="answers.csv";link.click();});
